import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { sumsAllWays } from '../test-support/sums-all-ways.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

const now = Date.now();
const after = (ms: number): string => new Date(now + ms).toISOString();
const at = after(0);

type Fields = Omit<Partial<RecordOf<'llm_call'>>, 'attributes'>;
type Told = { process?: string; sum_of?: string; requests?: number };
const sum = (told: Told, fields: Fields = {}) =>
  aRecord('llm_call', {
    origin: 'otlp',
    at,
    agent_id: 'service',
    ...fields,
    attributes: { signal: 'metric', ...told },
  });
const span = (process: string | undefined, fields: Fields = {}) =>
  aRecord('llm_call', {
    origin: 'otlp',
    at,
    agent_id: 'service',
    input_tokens: 100,
    output_tokens: 10,
    ...fields,
    attributes: { signal: 'span', ...(process !== undefined && { process }) },
  });

const sums = async (records: readonly TelemetryRecord[]) => (await sumsAllWays(store, records)).sums;

const kept = async (team: string): Promise<number> => {
  const [row] = await store.rows<{ n: number }>(
    `select coalesce(sum(coalesce(jsonb_array_length(members), 1)), 0)::int as n from calls where team_id = $1`,
    [team],
  );
  return row?.n ?? 0;
};

test('what one process counts stands beside the calls that another of the same agent tells of', async () => {
  const alone = sum({ process: 'p7' }, { input_tokens: 500, output_tokens: 50 });
  const told = sum({ process: 'p8' }, { input_tokens: 100, output_tokens: 10 });
  expect(await sums([alone, told, span('p8')])).toMatchObject({ llm_calls: 2, input: 600, output: 60, cost: 0 });
  const unsaid = sum({}, { input_tokens: 7, output_tokens: 7 });
  expect(await sums([alone, unsaid, span('p8')])).toMatchObject({ input: 600 });
  expect(await sums([alone, span(undefined)])).toMatchObject({ llm_calls: 1, input: 100 });
});

test('so it does in a session or run that both name, and on another host', async () => {
  for (const place of [{ session_id: 's' }, { run_id: 'r' }]) {
    const alone = sum({ process: 'p7' }, { ...place, input_tokens: 500, output_tokens: 50 });
    expect(await sums([alone, span('p8', place)])).toMatchObject({ input: 600 });
    expect(await sums([alone, span('p7', place)])).toMatchObject({ input: 100 });
  }
  const there = sum({ process: 'p7' }, { host: 'a', input_tokens: 500, output_tokens: 50 });
  expect(await sums([there, span('p7', { host: 'b' })])).toMatchObject({ input: 600 });
});

test('of families of counters that tell of the same tokens in requests of their own the first counts', async () => {
  const own = sum({ sum_of: 'src:2:a' }, { message_id: 'metric:1:a', input_tokens: 900, output_tokens: 70 });
  const general = sum({ sum_of: 'src:6:b' }, { message_id: 'metric:1:b', input_tokens: 900, output_tokens: 40 });
  const other = sum({ sum_of: 'another:6:b' }, { message_id: 'metric:1:c', input_tokens: 5, output_tokens: 5 });
  expect(await sums([own, general, other])).toMatchObject({ llm_calls: 2, input: 905, output: 75, cost: 0 });
});

test('what was read, what was written and what it cost are one call though each comes in a request of its own', async () => {
  const sides = [
    sum({ sum_of: 'src:0:a', requests: 3 }, { message_id: 'metric:1:in', input_tokens: 900 }),
    sum({ sum_of: 'src:0:a', requests: 2 }, { message_id: 'metric:1:out', output_tokens: 40 }),
    sum({ sum_of: 'src:0:a' }, { message_id: 'metric:1:cost', reported_cost_usd: 0.5 }),
  ];
  expect(await sums(sides)).toMatchObject({ llm_calls: 3, input: 900, output: 40, cost: 0.5 });
});

test('a running total that begins anew without saying so counts with what it was before', async () => {
  const told = [100, 300, 20, 50].map((tokens, index) =>
    sum({ sum_of: 'src:6:a' }, { message_id: 'metric::a', input_tokens: tokens, at: after(index * 1_000) }),
  );
  expect(await sums(told)).toMatchObject({ llm_calls: 1, input: 350 });
  const began = told.map((record) => ({ ...record, message_id: 'metric:1:a' }));
  expect(await sums(began)).toMatchObject({ llm_calls: 1, input: 50 });
});

test('so does a running total of money', async () => {
  const told = [5, 6, 0.25, 0.5].map((usd, index) =>
    sum({ sum_of: 'src:0:a' }, { message_id: 'metric::cost', reported_cost_usd: usd, at: after(index * 1_000) }),
  );
  expect(await sums(told)).toMatchObject({ cost: 6.5 });
});

test('a running total that is told for days is kept as its last word, one that counts for nothing not at all', async () => {
  const told = Array.from({ length: 6 }, (_, index) =>
    sum({ sum_of: 'src:6:a' }, { message_id: 'metric:1:a', input_tokens: index + 1, at: after(index * 1_000) }),
  );
  const alone = await sumsAllWays(store, told);
  expect(alone.sums).toMatchObject({ llm_calls: 1, input: 6 });
  expect(await kept(alone.team)).toBe(1);
  const beside = await sumsAllWays(store, [...told, span(undefined)]);
  expect(beside.sums).toMatchObject({ llm_calls: 1, input: 100 });
  expect(await kept(beside.team)).toBe(1);
});

test('what an agent says that its answer came to is about the calls of its trace', async () => {
  const answer = { message_id: 'metric:1:t:a', trace_id: 't', input_tokens: 500, output_tokens: 50 };
  const inSession = sum({}, { ...answer, session_id: 's' });
  expect(await sums([inSession, span(undefined, { trace_id: 't' })])).toMatchObject({ llm_calls: 1, input: 100 });
  expect(await sums([inSession, span(undefined, { trace_id: 'u' })])).toMatchObject({ llm_calls: 2, input: 600 });
  const inRun = sum({}, { ...answer, run_id: 'r' });
  expect(await sums([inRun, span(undefined, { trace_id: 't' })])).toMatchObject({ llm_calls: 1, input: 100 });
  const nowhere = sum({}, answer);
  expect(await sums([nowhere, span(undefined, { trace_id: 'u' })])).toMatchObject({ llm_calls: 2, input: 600 });
});

test('what an agent says that its answer came to goes before counters of the same process', async () => {
  const answer = { message_id: 'metric:1:t:a', trace_id: 't', input_tokens: 500, output_tokens: 50 };
  const counted = sum({ process: 'p7', sum_of: 'src:6:a' }, { input_tokens: 501, output_tokens: 50 });
  expect(await sums([sum({ process: 'p7' }, answer), counted])).toMatchObject({ llm_calls: 1, input: 500 });
  const another = sum({ process: 'p7' }, { ...answer, trace_id: 'u', message_id: 'metric:1:u:a' });
  expect(await sums([sum({ process: 'p7' }, answer), counted, another])).toMatchObject({ llm_calls: 2, input: 1_000 });
});
