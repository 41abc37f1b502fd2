import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore, type AStore, type CostOf } from '../test-support/a-store.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

let teams = 0;
const call = (fields: Partial<RecordOf<'llm_call'>>): RecordOf<'llm_call'> => aRecord('llm_call', fields);
/** As many dollars as the record has output tokens, over a million: each origin's cost can be told apart. */
const costOf: CostOf = (record) =>
  record.kind === 'llm_call' && record.error_type === 'http_529'
    ? { cost_usd: '0', cost_source: 'computed', price_version: 'v1' }
    : record.kind === 'llm_call' && record.output_tokens !== undefined
      ? { cost_usd: `0.${String(record.output_tokens).padStart(6, '0')}`, cost_source: 'computed', price_version: 'v1' }
      : undefined;

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

/** A few orders of many records: each comes first once, forwards and backwards. */
const rotations = <T>(items: readonly T[]): T[][] =>
  items.map((_, index) => {
    const order = [...items.slice(index), ...items.slice(0, index)];
    return index % 2 === 0 ? order : order.toReversed();
  });

/** The sums after folding the records one by one, in every order there is (a few, of more than three); fails when two orders differ. */
async function sumsInAnyOrder(records: readonly TelemetryRecord[]): Promise<Record<string, unknown>> {
  const found: Record<string, unknown>[] = [];
  for (const order of records.length > 3 ? rotations(records) : permutations(records)) {
    const team = `calls-${++teams}`;
    for (const record of order) {
      await store.store([record], { team, costOf });
      await foldTeam(store.db, team);
    }
    const [sums] = await store.rows(
      `select llm_calls, coalesce(input_tokens, 0)::int as input_tokens, output_tokens::int, cost_usd::float8,
         coalesce(unpriced_calls, 0)::int as unpriced_calls, coalesce(llm_timed, 0)::int as llm_timed
       from rollup where team_id = $1 and cube = 'team' and grain = 0`,
      [team],
    );
    found.push(sums ?? {});
  }
  for (const sums of found) expect(sums).toEqual(found[0]);
  return found[0] ?? {};
}

test('one call seen by proxy, SDK and transcript is one call, with usage and cost of the proxy', async () => {
  const records = [
    call({ origin: 'sdk', request_id: 'q', output_tokens: 10, input_tokens: 100, duration_ms: 5 }),
    call({ origin: 'proxy', request_id: 'q', message_id: 'm', output_tokens: 11, input_tokens: 101 }),
    call({ origin: 'transcript', message_id: 'm', output_tokens: 12, input_tokens: 102 }),
  ];
  expect(await sumsInAnyOrder(records)).toEqual({
    llm_calls: 1,
    input_tokens: 101,
    output_tokens: 11,
    cost_usd: 0.000011,
    unpriced_calls: 0,
    llm_timed: 1,
  });
});

test('an origin without usage never hides one that has it', async () => {
  const records = [
    call({ origin: 'proxy', request_id: 'q' }),
    call({ origin: 'stdout', request_id: 'q', output_tokens: 7 }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 1, output_tokens: 7, cost_usd: 0.000007 });
});

test('of an attempt that a number alone tells the span of the HTTP client knows that it was refused, which costs nothing', async () => {
  const failed = { status: 'error', origin: 'otlp', trace_id: 't' } as const;
  const records = [
    call({ ...failed, error_type: 'retried', attributes: { signal: 'attempt', native: true } }),
    call({ ...failed, error_type: 'http_529', span_id: 'request', attributes: { signal: 'span', http: true } }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 1, unpriced_calls: 0, cost_usd: 0 });
});

test('a record that names two calls makes them one', async () => {
  const records = [
    call({ origin: 'sdk', request_id: 'q', output_tokens: 10 }),
    call({ origin: 'transcript', message_id: 'm', output_tokens: 20 }),
    call({ origin: 'otlp', request_id: 'q', message_id: 'm' }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 1, output_tokens: 10 });
});

test('usage repeated for each block of a message counts once, as last told', async () => {
  const blocks = [1, 2, 3].map((second) =>
    call({
      origin: 'stdout',
      message_id: 'm',
      output_tokens: second * 10,
      at: new Date(Date.now() - 60_000 + second * 1_000).toISOString(),
    }),
  );
  expect(await sumsInAnyOrder(blocks)).toMatchObject({ llm_calls: 1, output_tokens: 30, cost_usd: 0.00003 });
});

test('the same record stored twice is one call', async () => {
  const record = call({ output_tokens: 9 });
  expect(await sumsInAnyOrder([record, record])).toMatchObject({ llm_calls: 1, output_tokens: 9 });
});

test('calls that share nothing stay apart, also with equal ids of different sorts', async () => {
  const records = [call({ request_id: 'same', output_tokens: 1 }), call({ message_id: 'same', output_tokens: 2 })];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 2, output_tokens: 3 });
});

test('the same ids in two runs, or in two sessions outside of runs, are two calls', async () => {
  const inRuns = [1, 2].map((n) => call({ run_id: `run-${n}`, session_id: 's', message_id: 'm', output_tokens: n }));
  expect(await sumsInAnyOrder(inRuns)).toMatchObject({ llm_calls: 2, output_tokens: 3 });
  const inSessions = [1, 2].map((n) => call({ session_id: `session-${n}`, message_id: 'm', output_tokens: n }));
  expect(await sumsInAnyOrder(inSessions)).toMatchObject({ llm_calls: 2, output_tokens: 3 });
  const inOne = [1, 2].map((n) => call({ run_id: 'run-1', message_id: 'm', output_tokens: n }));
  expect(await sumsInAnyOrder(inOne)).toMatchObject({ llm_calls: 1 });
});

test('an answer whose server gives the same id again and again is known by what was used and when', async () => {
  const team = `calls-${++teams}`;
  const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();
  const ids = ['chatcmpl-123', 'cmpl-7', 'resp_123456', 'chatcmpl-A1', 'foobarbaz', '42'];
  for (const origin of ['sdk', 'proxy'] as const) {
    const said = ids.flatMap((message_id) =>
      [10, 11].map((n) =>
        call({ origin, session_id: message_id, message_id, at: at(n), input_tokens: n, output_tokens: n }),
      ),
    );
    await store.store(said, { team, costOf });
    await foldTeam(store.db, team);
  }
  expect(
    await store.rows(
      'select session_id, count(*)::int as calls, sum(output_tokens)::int as output from calls where team_id = $1 group by 1 order by 1',
      [team],
    ),
  ).toEqual(ids.toSorted().map((session_id) => ({ session_id, calls: 2, output: 21 })));
});

test('what a forked conversation copied is one call, whatever session its transcript names; later calls with its ids are their own', async () => {
  const at = new Date(Date.now() - 60_000).toISOString();
  const said = { origin: 'transcript', message_id: 'm', request_id: 'q', at, output_tokens: 5 } as const;
  const copies = ['first', 'fork', 'fork of it'].map((session_id) => call({ ...said, session_id }));
  expect(await sumsInAnyOrder(copies)).toMatchObject({ llm_calls: 1, output_tokens: 5 });
  expect(await store.rows('select session_id from calls where team_id = $1', [`calls-${teams}`])).toEqual([
    { session_id: 'first' },
  ]);
  const later = call({ ...said, session_id: 'other', at: new Date().toISOString() });
  expect(await sumsInAnyOrder([...copies.slice(0, 2), later])).toMatchObject({ llm_calls: 2, output_tokens: 10 });
});

test('a call that goes through a run within a run is one call, of the inner run and what only the outer one knows', async () => {
  const same = {
    origin: 'proxy',
    message_id: 'm',
    trace_id: 't',
    input_tokens: 9,
    attributes: { signal: 'span' },
  } as const;
  const team = `calls-${teams + 1}`;
  const records = [
    call({ ...same, run_id: 'outer', task_id: 'task', span_id: 'o', output_tokens: 8 }),
    call({ ...same, run_id: 'inner', span_id: 'i', parent_span_id: 'o', output_tokens: 8 }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 1, input_tokens: 9, output_tokens: 8 });
  expect(await store.rows('select run_id, task_id from calls where team_id = $1', [team])).toEqual([
    { run_id: 'inner', task_id: 'task' },
  ]);
});

test('the same ids in two teams are two calls', async () => {
  const [one, other] = [`calls-${++teams}`, `calls-${++teams}`];
  const record = call({ request_id: 'shared' });
  for (const team of [one, other]) {
    await store.store([record], { team });
    await foldTeam(store.db, team);
  }
  const found = await store.rows('select team_id from calls where team_id = any($1)', [[one, other]]);
  expect(found).toHaveLength(2);
});

test('a call that a better origin moves to another agent and hour leaves nothing behind', async () => {
  const team = `calls-${++teams}`;
  const early = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await store.store(
    [
      call({
        origin: 'transcript',
        message_id: 'm',
        agent_id: 'guess',
        at: early,
        model: 'large',
        output_tokens: 5,
        duration_ms: 9,
      }),
    ],
    { team, costOf },
  );
  await foldTeam(store.db, team);
  await store.store([call({ origin: 'proxy', message_id: 'm', agent_id: 'sure', model: 'small', output_tokens: 6 })], {
    team,
    costOf,
  });
  await foldTeam(store.db, team);
  const rows = await store.rows(
    `select s.agent_id, s.model, sum(r.llm_calls)::int as calls, sum(r.cost_usd)::float8 as cost
     from rollup r join series s using (team_id, series_id)
     where r.team_id = $1 and r.cube = 'place_model' and r.grain = 15 group by 1, 2 order by 1`,
    [team],
  );
  expect(rows).toEqual([
    { agent_id: 'guess', model: 'large', calls: 0, cost: 0 },
    { agent_id: 'sure', model: 'small', calls: 1, cost: 0.000006 },
  ]);
  const bins = await store.rows(
    `select s.agent_id, b.counts from rollup_bin b join series s using (team_id, series_id)
     where b.team_id = $1 and s.cube = 'place_model' and b.grain = 0 order by 1`,
    [team],
  );
  expect(bins).toEqual([
    { agent_id: 'guess', counts: [0] },
    { agent_id: 'sure', counts: [1] },
  ]);
});

test('a call that four origins saw without a common id is one call, matched by place, model, tokens and time', async () => {
  const at = new Date().toISOString();
  const same = { session_id: 's', input_tokens: 9, output_tokens: 8, model: 'large', at };
  const team = `calls-${teams + 1}`;
  const records = (['proxy', 'otlp', 'transcript', 'stdout'] as const).map((origin) => call({ ...same, origin }));
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 1, input_tokens: 9, output_tokens: 8 });
  const kept = await store.rows(
    'select matched, jsonb_array_length(members) as records from calls where team_id = $1',
    [team],
  );
  expect(kept).toEqual([{ matched: true, records: 4 }]);
});

test('equal calls at one time stay as many as they were, whoever else saw them', async () => {
  const at = new Date().toISOString();
  const same = { run_id: 'r', input_tokens: 9, output_tokens: 8, at };
  const records = [
    call({ ...same, origin: 'proxy' }),
    call({ ...same, origin: 'proxy' }),
    call({ ...same, origin: 'otlp' }),
    call({ ...same, origin: 'otlp' }),
    call({ ...same, origin: 'sdk' }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 2, input_tokens: 18, output_tokens: 16 });
});

test('an id that comes late takes a call from the one it was matched with and gives it to its own', async () => {
  const at = new Date().toISOString();
  const same = { run_id: 'r', input_tokens: 9, output_tokens: 8, at };
  const records = [
    call({ ...same, origin: 'otlp', message_id: 'm' }),
    call({ ...same, origin: 'proxy', request_id: 'q' }),
    call({ ...same, origin: 'proxy', request_id: 'other', message_id: 'm' }),
    call({ ...same, origin: 'otlp', message_id: 'n', request_id: 'q' }),
  ];
  expect(await sumsInAnyOrder(records)).toMatchObject({ llm_calls: 2, output_tokens: 16 });
});
