import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const minute = 60_000;
const day = 1_440 * minute;

/** Days in which calendars do something, and the zones where they do. */
const spans = [
  { name: 'a zone with :45', zone: 'Asia/Kathmandu', from: '2026-10-31T00:00:00Z', days: 3 },
  { name: 'a day that never was', zone: 'Pacific/Apia', from: '2011-12-29T00:00:00Z', days: 4 },
  { name: 'clocks go forward', zone: 'Europe/Berlin', from: '2026-03-28T00:00:00Z', days: 3 },
  { name: 'clocks go back', zone: 'America/New_York', from: '2026-10-31T00:00:00Z', days: 3 },
  { name: 'a name of old', zone: 'EST5EDT', from: '2026-10-31T00:00:00Z', days: 3 },
  { name: 'a name of a country', zone: 'US/Pacific', from: '2026-10-31T00:00:00Z', days: 3 },
  {
    name: 'clocks are five hours behind whatever the season',
    zone: 'Etc/GMT%2B5',
    from: '2026-10-31T00:00:00Z',
    days: 3,
  },
  { name: 'clocks go by half an hour', zone: 'Australia/Lord_Howe', from: '2026-04-04T00:00:00Z', days: 3 },
] as const;

/** A call every 23 minutes, so that it lies anywhere in an hour, the next day of each span included. */
const times = [...new Set(spans.map(({ from }) => from))].flatMap((from) =>
  Array.from({ length: Math.ceil((4 * day) / (23 * minute)) }, (_, index) => Date.parse(from) + index * 23 * minute),
);

let t: TestGateway;
let read: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  read = await t.as('red', 'read');
  const calls = times.map((at) => aRecord('llm_call', { at: new Date(at).toISOString(), model: 'm', input_tokens: 1 }));
  await seed(t.databaseUrl, 'red', calls, new Map([['m', '0.001']]));
});
afterAll(() => t[Symbol.asyncDispose]());

const get = async (path: string) =>
  (await t.gateway.http.inject({ url: `/api/v1/metrics/${path}`, headers: read })).json();

/** What a zone's clock shows: its calendar day, and the hour with the offset that tells two hours of one name apart. */
function shown(at: number, timeZone: string): { date: string; hour: string } {
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('sv-SE', { timeZone, ...options });
  const offset = of({ timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  const date = of({ dateStyle: 'short' }).format(at);
  return { date, hour: `${date} ${of({ hour: '2-digit', hourCycle: 'h23' }).format(at)} ${offset?.value}` };
}

function countBy(list: readonly number[], keyOf: (at: number) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const at of list) counts.set(keyOf(at), (counts.get(keyOf(at)) ?? 0) + 1);
  return counts;
}

test.each(spans)('$name: days and hours of $zone are those of its calendar', async ({ zone: written, from, days }) => {
  const zone = decodeURIComponent(written);
  const to = Date.parse(from) + days * day;
  const within = times.filter((at) => at >= Date.parse(from) && at < to);
  const asked = `from=${from}&to=${new Date(to).toISOString()}&time_zone=${written}`;
  const byDay = countBy(within, (at) => shown(at, zone).date);
  const costs = await get(`costs?group_by=day&${asked}`);
  expect(new Map(costs.groups.map((group: { key: string; calls: number }) => [group.key, group.calls]))).toEqual(byDay);
  expect(costs.total_cost_usd).toBeCloseTo(within.length / 1_000, 9);
  type Bucket = { start: string; end: string; value: number };
  const series: { buckets: Bucket[] } = await get(`timeseries?metric=llm_calls&bucket=day&${asked}`);
  const dated = series.buckets.map(({ start, value }) => [shown(Date.parse(start), zone).date, value] as const);
  expect(new Map(dated)).toEqual(byDay);
  const gaps = series.buckets.slice(1).filter(({ start }, index) => start !== series.buckets[index]?.end);
  expect(gaps).toEqual([]);
  const byHour = countBy(within, (at) => shown(at, zone).hour);
  const hours: { groups: { key: string; calls: number }[] } = await get(`costs?group_by=hour&${asked}`);
  expect(new Map(hours.groups.map(({ key, calls }) => [shown(Date.parse(key), zone).hour, calls]))).toEqual(byHour);
  const hourly: { buckets: Bucket[] } = await get(`timeseries?metric=llm_calls&bucket=hour&${asked}`);
  const filled = hourly.buckets.filter(({ value }) => value > 0);
  expect(new Map(filled.map(({ start, value }) => [shown(Date.parse(start), zone).hour, value]))).toEqual(byHour);
});

test('days and hours of all time hold what a clock that is ahead dated after now, as its total does', async () => {
  const now = Date.now();
  const calls = [-day, 0, 3 * 60 * minute, 3 * day].map((after) =>
    aRecord('llm_call', { at: new Date(now + after).toISOString(), model: 'm', input_tokens: 1 }),
  );
  await seed(t.databaseUrl, 'ahead', calls, new Map([['m', '0.001']]));
  const headers = await t.as('ahead', 'read');
  for (const group of ['day', 'hour', 'model']) {
    const url = `/api/v1/metrics/costs?group_by=${group}&time_zone=Asia/Kathmandu`;
    const costs = (await t.gateway.http.inject({ url, headers })).json();
    const sum = costs.groups.reduce((total: number, { cost_usd }: { cost_usd: number }) => total + cost_usd, 0);
    expect([group, costs.total_cost_usd, Number(sum.toFixed(6))]).toEqual([group, 0.004, 0.004]);
  }
});

test('clocks that went wrong by a lifetime cost no question the days in between', async () => {
  const times = ['1970-01-01T05:00:00.000Z', '2026-03-29T02:30:00.000Z', '2100-07-01T22:30:00.000Z'];
  const calls = times.map((at) => aRecord('llm_call', { at, model: 'm', input_tokens: 1 }));
  await seed(t.databaseUrl, 'wrong-clocks', calls, new Map([['m', '0.001']]));
  const headers = await t.as('wrong-clocks', 'read');
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
  onTestFinished(() => asked.mockRestore());
  const keysOf = async (group: string) => {
    const url = `/api/v1/metrics/costs?group_by=${group}&time_zone=Europe/Vienna`;
    const costs = (await t.gateway.http.inject({ url, headers })).json();
    return costs.groups.map(({ key }: { key: string }) => key);
  };
  expect(await keysOf('day')).toEqual(['1970-01-01', '2026-03-29', '2100-07-02']);
  expect(await keysOf('hour')).toEqual([
    '1970-01-01T05:00:00.000Z',
    '2026-03-29T02:00:00.000Z',
    '2100-07-01T22:00:00.000Z',
  ]);
  // Each asks a calendar: 130 years have 47,000 days.
  expect(asked.mock.calls.length).toBeLessThan(200);
});
