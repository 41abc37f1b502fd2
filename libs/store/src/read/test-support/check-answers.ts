import { TelltaleError } from '@telltale/contracts/errors';
import type { CostGroup } from '@telltale/contracts/http/metrics-detail';
import { expect } from 'vitest';
import type { Db } from '../../database.ts';
import { exactPercentile, factsBy, totalsOf, usd, type Fact } from '../../rollup/test-support/metrics-oracle.ts';
import { listSessions } from '../list-sessions.ts';
import type { MetricsQuestion } from '../metrics-question.ts';
import { rankSums } from '../rank-sums.ts';
import { readCallStats } from '../read-call-stats.ts';
import { readCosts } from '../read-costs.ts';
import { readModels } from '../read-models.ts';
import { readSummary } from '../read-summary.ts';
import { readTimeseries } from '../read-timeseries.ts';
import type { SeriesFilter } from '../rollup-rows.ts';

/** A question and where to ask it. Each check compares an answer with what the facts say. */
export type Asked = MetricsQuestion & { db: Db };

const minute = 60_000;

/** Whether a fact is among those a filter leaves. */
export function matches(fact: Fact, filter: SeriesFilter): boolean {
  const { labels = {}, ...dims } = filter;
  return (
    Object.entries(dims).every(([name, value]) => value === undefined || fact.dims[name] === value) &&
    Object.entries(labels).every(([name, value]) => fact.labels[name] === value)
  );
}

type Period = { period_start: string | null; period_end: string };
const within = (facts: readonly Fact[], now: number, { period_start, period_end }: Period): Fact[] => {
  const [from, to] = [
    period_start === null ? Number.NEGATIVE_INFINITY : Date.parse(period_start),
    Date.parse(period_end),
  ];
  return facts.filter(({ at }) => at >= from && (at < to || (period_start === null && to >= now)));
};

/** An answer, or null when no rollup holds the question: that is said, never guessed. */
async function answered<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TelltaleError && error.code === 'unsupported_filter') return null;
    throw error;
  }
}

const named = (facts: Map<string | null, Fact[]>): [string, Fact[]][] =>
  [...facts].flatMap(([key, own]) => (key === null ? [] : [[key, own] as [string, Fact[]]]));
const withCalls = (facts: readonly Fact[]): Fact[] => facts.filter(({ llm }) => llm !== null);

const localKey = (unit: 'day' | 'hour', at: number, timeZone: string): string => {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  if (unit === 'day') return text.slice(0, 10);
  const [, minutes = '0', seconds = '0'] = /:(\d\d):(\d\d)$/.exec(text) ?? [];
  return new Date(at - Number(minutes) * minute - Number(seconds) * 1_000 - (at % 1_000)).toISOString();
};

/** What falls to each of so many, of an amount in 10^-9 dollars. */
const shareOf = (amount: bigint | null, count: number): number | null =>
  amount === null || count === 0
    ? null
    : usd(((2n * amount + BigInt(count) * 1_000n) / (2_000n * BigInt(count))) * 1_000n);

export async function checkSummary({ db, ...question }: Asked, facts: readonly Fact[]): Promise<void> {
  const answer = await answered(readSummary(db, question));
  if (answer === null) return;
  const own = within(facts, question.now, answer);
  const sessions = named(factsBy(own, 'session_id'));
  const costs = named(factsBy(withCalls(own), 'session_id')).flatMap(([, all]) => {
    const known = all.flatMap(({ llm }) => llm?.cost ?? []);
    return known.length === 0 ? [] : [usd(known.reduce((a, b) => a + b))];
  });
  const amounts = own.flatMap(({ llm }) => llm?.cost ?? []);
  const paid = totalsOf(own).cost_usd === null ? null : amounts.reduce((a, b) => a + b, 0n);
  expect(answer).toMatchObject({
    ...totalsOf(own),
    sessions: sessions.length,
    avg_cost_per_session: shareOf(paid, sessions.length),
    avg_cost_per_call: shareOf(paid, totalsOf(own).llm_calls - totalsOf(own).unpriced_calls),
  });
  expect(answer.most_expensive_sessions.map(({ cost_usd }) => cost_usd)).toEqual(
    costs.toSorted((a, b) => b - a).slice(0, 5),
  );
  const byModel = named(factsBy(withCalls(own), 'model')).map(([model, all]) => [model, totalsOf(all).cost_usd]);
  expect(answer.cost_by_model).toEqual(Object.fromEntries(byModel));
  const unpriced = named(factsBy(withCalls(own), 'model')).map(([model, all]) => [model, totalsOf(all).unpriced_calls]);
  expect(answer.unpriced_by_model).toEqual(Object.fromEntries(unpriced.filter(([, missing]) => missing !== 0)));
  const byTool = named(factsBy(own, 'tool')).map(([tool, all]) => [tool, all.length]);
  expect(answer.calls_by_tool).toEqual(Object.fromEntries(byTool));
  if (answer.previous === null) return;
  const before = within(facts, question.now, answer.previous);
  expect(answer.previous).toMatchObject({ ...totalsOf(before), sessions: named(factsBy(before, 'session_id')).length });
}

export async function checkCosts(
  { db, ...question }: Asked,
  facts: readonly Fact[],
  groupBy: CostGroup,
  timeZone: string,
): Promise<void> {
  const answer = await answered(readCosts(db, { ...question, groupBy, timeZone }));
  if (answer === null) return;
  const own = withCalls(within(facts, question.now, answer));
  const dim =
    groupBy === 'model' || groupBy === 'provider' || groupBy === 'project' || groupBy === 'host'
      ? groupBy
      : `${groupBy}_id`;
  const keyed =
    groupBy === 'day' || groupBy === 'hour'
      ? Map.groupBy(own, ({ at }): string | null => localKey(groupBy, at, timeZone))
      : factsBy(own, dim);
  const expected = [...keyed].map(([key, all]) => {
    const { cost_usd, llm_calls, unpriced_calls, input_tokens, output_tokens } = totalsOf(all);
    const total_tokens = input_tokens + output_tokens;
    return { key, cost_usd, calls: llm_calls, unpriced_calls, partial: unpriced_calls > 0, total_tokens };
  });
  const order = (list: typeof expected) => list.toSorted((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
  const total = totalsOf(own);
  expect(answer).toMatchObject({ total_cost_usd: total.cost_usd, unpriced_calls: total.unpriced_calls });
  // Token counts beyond 2^53 are added as such by the answer and one after the other here.
  const round = (list: typeof expected) =>
    order(list).map((one) => ({ ...one, total_tokens: one.total_tokens.toPrecision(14) }));
  expect(round(answer.groups)).toEqual(round(expected));
}

export async function checkRanks({ db, ...question }: Asked, facts: readonly Fact[]): Promise<void> {
  for (const by of ['agent_id', 'task_id'] as const) {
    const answer = await answered(rankSums(db, { ...question, by, limit: 100, offset: 0 }));
    if (answer === null) continue;
    const expected = named(factsBy(within(facts, question.now, answer), by));
    expect(answer.total).toBe(expected.length);
    const found = new Map(answer.ranked.map(({ key, sums }) => [key, sums]));
    for (const [key, own] of expected) expect(found.get(key)).toMatchObject(totalsOf(own));
  }
}

export async function checkSessions({ db, ...question }: Asked, facts: readonly Fact[]): Promise<void> {
  const page = { ...question, after: null, limit: 50, offset: 0 };
  const { sessions } = await listSessions(db, page);
  const { period_start, period_end } = await readSummary(db, { ...question, filter: {} });
  const own = within(facts, question.now, { period_start, period_end });
  const asked = own.filter((fact) => matches(fact, question.filter));
  const bySession = factsBy(asked, 'session_id');
  const ids = named(bySession).map(([id]) => id);
  expect(sessions.map(({ session_id }) => session_id).toSorted()).toEqual(ids.toSorted());
  for (const session of sessions) expect(session).toMatchObject(totalsOf(bySession.get(session.session_id) ?? []));
  // A page that is full is found among the newest, without looking at all of them.
  for (const offset of [0, 1]) {
    const few = await listSessions(db, { ...page, limit: 1, offset });
    expect(few).toEqual({ sessions: sessions.slice(offset, offset + 1), more: sessions.length > offset + 1 });
  }
}

const isNear = (value: number | null, values: readonly number[], q: number): void => {
  const exact = exactPercentile(values, q);
  if (values.length === 0) expect(value).toBeNull();
  else expect(Math.abs((value ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.01 + 0.001);
};

export async function checkStats({ db, ...question }: Asked, facts: readonly Fact[]): Promise<void> {
  const models = await answered(readModels(db, question));
  if (models !== null) {
    const expected = named(factsBy(withCalls(within(facts, question.now, models)), 'model'));
    expect(models.models.map(({ model }) => model).toSorted()).toEqual(expected.map(([model]) => model).toSorted());
    for (const [name, own] of expected) {
      const row = models.models.find(({ model }) => model === name);
      expect(row).toMatchObject({ llm_calls: own.length, cost_usd: totalsOf(own).cost_usd });
      const times = own.flatMap(({ llm }) => llm?.ms ?? []);
      isNear(row?.p50_latency_ms ?? null, times, 0.5);
      isNear(row?.p99_latency_ms ?? null, times, 0.99);
    }
  }
  for (const kind of ['tool', 'service'] as const) {
    const stats = await answered(readCallStats(db, kind, question));
    if (stats === null) continue;
    const calls = within(facts, question.now, stats).filter((fact) => fact[kind] !== null);
    const expected = named(factsBy(calls, kind));
    expect(stats.total).toBe(expected.length);
    for (const [name, own] of expected) {
      const row = stats.rows.find((one) => one.name === name);
      const failed = own.filter((fact) => fact[kind]?.failed === true);
      const last = failed.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).at(-1);
      expect(row).toMatchObject({ calls: own.length, errors: failed.length });
      expect(row?.last_error ?? null).toBe(last?.[kind]?.error.slice(0, 200) ?? null);
      isNear(
        row?.p90_duration_ms ?? null,
        own.flatMap((fact) => fact[kind]?.ms ?? []),
        0.9,
      );
    }
  }
}

export async function checkSeries(
  { db, ...question }: Asked,
  facts: readonly Fact[],
  bucket: 'hour' | 'day',
  timeZone: string,
): Promise<void> {
  for (const metric of ['cost_usd', 'tool_calls', 'llm_calls'] as const) {
    const answer = await answered(readTimeseries(db, { ...question, metric, bucket, timeZone }));
    if (answer === null) continue;
    const own = within(facts, question.now, answer);
    for (const { start, end, value } of answer.buckets) {
      expect(value).toBe(totalsOf(own.filter(({ at }) => at >= Date.parse(start) && at < Date.parse(end)))[metric]);
    }
  }
}
