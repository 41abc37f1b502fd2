import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let red: { authorization: string };
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Midnight in UTC four days ago: quarter hours alone are sure to be there. */
const midnight = Math.floor(Date.now() / day) * day - 4 * day;
const at = (hours: number): string => new Date(midnight + hours * hour).toISOString();
const lately = new Date(Date.now() - 10 * minute).toISOString();

const call = (when: string, fields: object = {}): TelemetryRecord =>
  aRecord('llm_call', { model: 'opus', input_tokens: 10, output_tokens: 1, duration_ms: 100, at: when, ...fields });

/** Kathmandu is 5:45 ahead: its day begins at 18:15, within an hour of UTC. */
const records: TelemetryRecord[] = [
  call(at(1)),
  call(at(18.1), { agent_id: 'a', duration_ms: 300 }),
  call(at(18.4), { agent_id: 'b' }),
  call(at(20), { model: 'unpriced' }),
  call(at(49), { status: 'error' }),
  aRecord('tool_call', { at: at(1), success: false, duration_ms: 50 }),
  aRecord('process_sample', { at: at(2), memory_bytes: 5_000, cpu_percent: 50.5, threads: 4, processes: 2 }),
  aRecord('process_sample', { at: at(2), memory_bytes: 2_000, cpu_percent: 100, threads: 7, processes: 1 }),
  aRecord('git_activity', {
    at: at(2),
    operation: 'commit',
    success: true,
    insertions: 12,
    deletions: 3,
    files_changed: 2,
  }),
  aRecord('tool_call', { at: at(2), input_size_bytes: 30, output_size_bytes: undefined }),
  aRecord('memory_operation', { at: at(2), operation: 'recall', hit: false }),
  call(lately, { agent_id: 'lately' }),
];

beforeAll(async () => {
  t = await createTestGateway();
  red = await t.as('red', 'read');
  await seed(t.databaseUrl, 'red', records, new Map([['opus', '0.25']]));
  await seed(t.databaseUrl, 'blue', [call(at(1))]);
});
afterAll(() => t[Symbol.asyncDispose]());

async function get(query: Record<string, string>) {
  const url = `/api/v1/metrics/timeseries?${new URLSearchParams(query).toString()}`;
  const answer = await t.gateway.http.inject({ url, headers: red });
  return { status: answer.statusCode, body: answer.json() };
}

type Bucket = { start: string; value: number | null };
const pairs = ({ body }: { body: { buckets: Bucket[] } }) => body.buckets.map(({ start, value }) => [start, value]);

test('hours follow each other without a gap, empty ones are 0', async () => {
  const answer = await get({ metric: 'llm_calls', from: at(0), to: at(24) });
  expect(answer.body).toMatchObject({ metric: 'llm_calls', bucket: 'hour', time_zone: 'UTC', period_start: at(0) });
  const wanted = Array.from({ length: 24 }, (_, n) => [at(n), { 1: 1, 18: 2, 20: 1 }[n] ?? 0]);
  expect(pairs(answer)).toEqual(wanted);
});

test('quarters, and days of UTC', async () => {
  const quarters = await get({ metric: 'total_tokens', bucket: 'quarter', from: at(18), to: at(18.5) });
  expect(pairs(quarters)).toEqual([
    [at(18), 11],
    [at(18.25), 11],
  ]);
  const days = await get({ metric: 'llm_errors', bucket: 'day', from: at(0), to: at(72) });
  expect(pairs(days)).toEqual([
    [at(0), 0],
    [at(24), 0],
    [at(48), 1],
  ]);
});

test('days and hours of a zone with 45 minutes follow its clocks', async () => {
  const zone = { time_zone: 'Asia/Kathmandu', metric: 'llm_calls' };
  const days = await get({ ...zone, bucket: 'day', from: at(-5.75), to: at(42.25) });
  expect(pairs(days)).toEqual([
    [at(-5.75), 2],
    [at(18.25), 2],
  ]);
  const hours = await get({ ...zone, from: at(17.25), to: at(19.25) });
  expect(pairs(hours)).toEqual([
    [at(17.25), 1],
    [at(18.25), 1],
  ]);
});

test('buckets that the period cuts, and the one that is not over, are not complete', async () => {
  const cut = await get({ metric: 'llm_calls', from: at(1.25), to: at(3.5) });
  expect(cut.body.buckets).toMatchObject([
    { start: at(1), end: at(2), value: 0, complete: false },
    { start: at(2), complete: true },
    { start: at(3), complete: false },
  ]);
  const { body } = await get({ metric: 'llm_calls', period: 'week', bucket: 'day' });
  expect(body.buckets.at(-1)).toMatchObject({ complete: false });
  expect(body.buckets.at(-2)).toMatchObject({ complete: true });
  const future = await get({ metric: 'llm_calls', bucket: 'day', to: new Date(Date.now() + 9 * day).toISOString() });
  expect(future.body.buckets.at(-1).start).toBe(at(96));
});

test('minutes of the last hours add up to the same total', async () => {
  const { body } = await get({ metric: 'llm_calls', bucket: 'minute', period: 'hour' });
  expect(body.buckets.length).toBeGreaterThanOrEqual(60);
  const [busy, ...rest] = body.buckets.filter(({ value }: Bucket) => value !== 0);
  expect(busy).toMatchObject({ start: `${lately.slice(0, 16)}:00.000Z`, value: 1, complete: true });
  expect(rest).toEqual([]);
});

test('money is null only where no call had a price, and says how many are missing', async () => {
  const { body } = await get({ metric: 'cost_usd', from: at(18), to: at(21) });
  expect(body.buckets).toMatchObject([
    { value: 0.5, unpriced_calls: 0 },
    { value: 0, unpriced_calls: 0 },
    { value: null, unpriced_calls: 1 },
  ]);
});

test('averages and peaks are null where there is nothing to be of', async () => {
  const [from, to] = [at(0), at(3)];
  expect(pairs(await get({ metric: 'avg_tool_latency_ms', from, to })).map(([, value]) => value)).toEqual([
    null,
    50,
    null,
  ]);
  expect(pairs(await get({ metric: 'peak_memory_bytes', from, to })).map(([, value]) => value)).toEqual([
    null,
    null,
    5_000,
  ]);
  const [one] = (await get({ metric: 'avg_llm_latency_ms', from: at(18), to: at(19) })).body.buckets;
  expect(one.value).toBe(200);
});

test('all time begins with the first record, and a team without any has no bucket', async () => {
  const { body } = await get({ metric: 'llm_calls' });
  expect(body.period_start).toBeNull();
  expect(body.buckets[0]).toMatchObject({ start: at(1), value: 1, complete: true });
  const total = body.buckets.reduce((sum: number, { value }: Bucket) => sum + (value ?? 0), 0);
  expect(total).toBe(6);
  const filtered = await get({ metric: 'llm_calls', agent_id: 'nobody' });
  expect(filtered.body.buckets).toEqual([]);
});

test('filters narrow it, and a combination that no rollup holds is refused with what can be asked', async () => {
  const asked = { metric: 'llm_calls', bucket: 'day', from: at(0), to: at(24) };
  expect(pairs(await get({ ...asked, agent_id: 'a' }))).toEqual([[at(0), 1]]);
  expect(pairs(await get({ ...asked, model: 'unpriced' }))).toEqual([[at(0), 1]]);
  const refused = await get({ ...asked, metric: 'tool_calls', model: 'opus' });
  expect([refused.status, refused.body.code]).toEqual([400, 'unsupported_filter']);
});

test.each([
  ['bucket', { metric: 'llm_calls', from: '1970-01-01T00:00:00.000Z' }],
  ['bucket', { metric: 'llm_calls', bucket: 'minute', from: at(0), to: at(1) }],
  ['bucket', { metric: 'llm_calls', bucket: 'week' }],
  ['metric', { metric: 'sessions' }],
  ['metric', {}],
  ['time_zone', { metric: 'llm_calls', time_zone: 'Mars/Olympus' }],
])('what cannot be answered names the parameter: %s', async (parameter, query) => {
  const { status, body } = await get(query);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ parameter })]]);
});

test.each([
  ['avg_cpu_percent', 75.25, null],
  ['peak_cpu_percent', 100, null],
  ['avg_memory_bytes', 3_500, null],
  ['avg_threads', 5.5, null],
  ['peak_threads', 7, null],
  ['peak_processes', 2, null],
  ['tool_input_bytes', 30, null],
  ['tool_output_bytes', null, null],
  ['git_files_changed', 2, 0],
  ['git_insertions', 12, 0],
  ['git_deletions', 3, 0],
  ['memory_stores', 0, 0],
  ['memory_recalls', 1, 0],
])('%s is what an hour comes to', async (metric, value, none) => {
  const answer = await get({ metric, from: at(1), to: at(3) });
  expect(pairs(answer)).toEqual([
    [at(1), none],
    [at(2), value],
  ]);
  expect((await get({ metric, from: at(1), to: at(3), model: 'opus' })).body).toMatchObject({
    code: 'unsupported_filter',
  });
});

test('without a bucket it is hours, and days where there would be too many of them', async () => {
  expect((await get({ metric: 'llm_calls', from: at(0), to: at(24) })).body).toMatchObject({ bucket: 'hour' });
  const long = await get({ metric: 'llm_calls', from: new Date(midnight - 100 * day).toISOString() });
  expect(long).toMatchObject({ status: 200, body: { bucket: 'day' } });
  expect(long.body.buckets.length).toBeGreaterThan(100);
});

test('a record of a machine whose clock was wrong has all time say what to name instead', async () => {
  const old = await t.as('clockless', 'read');
  await seed(t.databaseUrl, 'clockless', [call('1970-01-01T00:00:00.000Z'), call(lately)]);
  const ask = (query: string) =>
    t.gateway.http.inject({ url: `/api/v1/metrics/timeseries?metric=llm_calls${query}`, headers: old });
  expect((await ask('')).json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ parameter: 'from', detail: expect.stringContaining('the first record is of 1970-01-01') }],
  });
  expect((await ask('&period=week')).statusCode).toBe(200);
});
