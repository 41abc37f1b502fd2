import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLogs, type LogPage } from '../read/list-logs.ts';
import { readAgentTelemetry } from '../read/read-agent-telemetry.ts';
import { readTaskParts } from '../read/read-task-parts.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

type Line = RecordOf<'log_entry'>;
const noon = Date.parse('2026-06-15T12:00:00.000Z');
const lineAt = (seconds: number, fields: Partial<Line> = {}): Line =>
  aRecord('log_entry', { at: new Date(noon + seconds * 1_000).toISOString(), ...fields });

const counts = async (team: string) => {
  const [row] = await store.rows<{ chunks: number; rows: number; lines: number }>(
    `select (select count(*) from log_chunk where team_id = $1) as chunks,
      (select count(*) from log_entry where team_id = $1) as rows,
      (select count(*) from log_line where team_id = $1) as lines`,
    [team],
  );
  return row;
};

test('lines that come together are one row for each agent, run and quarter hour; a few stay rows', async () => {
  const of = (agent_id: string, seconds: number) =>
    [0, 1, 2].map((n) => lineAt(seconds + n, { agent_id, run_id: 'r', session_id: 's' }));
  await store.store([...of('a', 0), ...of('b', 0), ...of('a', 900), lineAt(1, { agent_id: 'alone' })], { team: 'few' });
  expect(await counts('few')).toEqual({ chunks: 3, rows: 1, lines: 10 });
});

test('what a column would refuse or read differently is left to PostgreSQL as a row', async () => {
  const plain = [0, 1, 2, 3].map((n) => lineAt(n));
  const odd = [
    lineAt(0, { attributes: { text: 'a\u0000b' } }),
    lineAt(0, { message: 'a\u0000b' }),
    lineAt(0, { id: 'no uuid' }),
    lineAt(0, { at: 'yesterday at noon, as they say' }),
    lineAt(0, { level: 'loud' as never }),
  ];
  const [outcome] = await store.store([...plain, ...odd], { team: 'odd' });
  expect(outcome).toEqual({ outcome: 'stored', records: 5, deadLetters: 4 });
  expect(await counts('odd')).toEqual({ chunks: 1, rows: 1, lines: 5 });
});

test('a refused chunk costs only the records that PostgreSQL refuses', async () => {
  const good = [0, 1, 2, 3].map((n) => lineAt(n));
  const bad = [0, 1, 2, 3, 4].map((n) => lineAt(n, { agent_id: 'nul \u0000 agent' }));
  const [outcome] = await store.store([...good, ...bad], { team: 'poison' });
  expect(outcome).toEqual({ outcome: 'stored', records: 4, deadLetters: 5 });
  expect(await counts('poison')).toEqual({ chunks: 1, rows: 0, lines: 4 });
  const letters = await store.rows(`select distinct record_id, kind from dead_letter where team_id = 'poison'`);
  expect(letters).toHaveLength(5);
});

test('a line comes back with all it said', async () => {
  const said: Partial<Line> = {
    agent_id: 'teller',
    session_id: 's',
    run_id: 'r',
    task_id: 't',
    crew_id: 'c',
    user_id: 'u',
    host: 'h',
    project: 'p',
    parent_agent_id: 'pa',
    parent_run_id: 'pr',
    labels: { lane: 'a' },
    level: 'warning',
    source: 'stderr',
  };
  const lines = [
    lineAt(1, { ...said, line: 7, message: 'naïve ☃\t\\ "quoted"\nnext', span_id: 'ab'.repeat(8) }),
    lineAt(2, { ...said, message: '', attributes: { deep: [{ n: 1.5 }, null] }, trace_id: 'cd'.repeat(16) }),
    lineAt(61, { ...said, line: 9, message: 'x'.repeat(9_000) }),
  ];
  await store.store(lines, { team: 'whole' });
  expect(await counts('whole')).toMatchObject({ chunks: 1, rows: 0 });
  const { records } = await listLogs(store.db, page({ teamId: 'whole', order: 'asc' }));
  expect(records).toEqual(lines.map((line) => ({ ...line, team_id: 'whole' })));
});

const page = (fields: Partial<LogPage>): LogPage => ({
  teamId: 'red',
  order: 'desc',
  after: null,
  limit: 100,
  offset: 0,
  ...fields,
});

const levels = ['debug', 'info', 'warning', 'error'] as const;
const drafts = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 2_400 }),
    agent: fc.integer({ min: 1, max: 2 }),
    run: fc.integer({ min: 1, max: 2 }),
    level: fc.constantFrom(...levels),
    source: fc.constantFrom('stdout' as const, 'stderr' as const),
    word: fc.constantFrom('Needle', 'hay'),
  }),
  { minLength: 1, maxLength: 40 },
);
const filters = fc.record({
  agentId: fc.option(fc.constantFrom('agent-1', 'agent-2'), { nil: undefined }),
  runId: fc.option(fc.constantFrom('run-1', 'run-2'), { nil: undefined }),
  sessionId: fc.option(fc.constant('session-1'), { nil: undefined }),
  taskId: fc.option(fc.constant('task-2'), { nil: undefined }),
  minLevel: fc.option(fc.constantFrom(...levels), { nil: undefined }),
  level: fc.option(fc.constantFrom(...levels), { nil: undefined }),
  source: fc.option(fc.constantFrom('stdout', 'stderr'), { nil: undefined }),
  q: fc.option(fc.constant('nEEdle'), { nil: undefined }),
  from: fc.option(fc.integer({ min: 0, max: 2_400 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: 0, max: 2_400 }), { nil: undefined }),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  limit: fc.integer({ min: 1, max: 15 }),
});

const isoAfter = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : new Date(noon + seconds * 1_000).toISOString();

type Filter = typeof filters extends fc.Arbitrary<infer T> ? T : never;
function expectedIds(lines: readonly Line[], f: Filter): string[] {
  const [from, to] = [isoAfter(f.from), isoAfter(f.to)];
  const least = levels.indexOf(f.minLevel ?? 'debug');
  const key = (line: Line): string => `${line.at} ${line.id}`;
  const found = lines
    .filter((line) => (f.agentId ?? line.agent_id) === line.agent_id && (f.runId ?? line.run_id) === line.run_id)
    .filter((line) => (f.sessionId ?? line.session_id) === line.session_id)
    .filter((line) => (f.taskId ?? line.task_id) === line.task_id)
    .filter((line) => levels.indexOf(line.level) >= least && (f.level ?? line.level) === line.level)
    .filter((line) => (f.source ?? line.source) === line.source)
    .filter((line) => f.q === undefined || line.message.toLowerCase().includes(f.q.toLowerCase()))
    .filter((line) => (from === undefined || line.at >= from) && (to === undefined || line.at < to))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return (f.order === 'asc' ? found : found.toReversed()).map(({ id }) => id);
}

test('pages of any filter and order hold every line once, however batches overlap', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(drafts, { minLength: 1, maxLength: 5 }), filters, async (batches, filter) => {
      const team = `pages-${(round += 1)}`;
      const lines: Line[] = [];
      for (const batch of batches) {
        const made = batch.map(({ seconds, agent, run, level, source, word }) =>
          lineAt(seconds, {
            agent_id: `agent-${agent}`,
            run_id: `run-${run}`,
            session_id: `session-${run}`,
            task_id: `task-${agent}`,
            level,
            source,
            message: `a ${word}`,
          }),
        );
        await store.store(made, { team });
        lines.push(...made);
      }
      const { from, to, ...same } = filter;
      const asked = { ...same, teamId: team, offset: 0, from: isoAfter(from), to: isoAfter(to) };
      const ids: string[] = [];
      for (let after: LogPage['after'] = null, more = true; more;) {
        const found: Awaited<ReturnType<typeof listLogs>> = await listLogs(store.db, { ...asked, after });
        ids.push(...found.records.map(({ id }) => id));
        more = found.more;
        after = found.records.at(-1) ?? null;
      }
      expect(ids).toEqual(expectedIds(lines, filter));
    }),
    { numRuns: 60 },
  );
});

test('an agent shows its newest lines and a task its first warnings, out of chunks and rows', async () => {
  const records: TelemetryRecord[] = [];
  const team = 'shown';
  for (let batch = 0; batch < 30; batch += 1) {
    const some = [0, 1, 2, 3, 4].map((n) =>
      lineAt(batch * 7 + n * 3, { agent_id: 'a', task_id: 't', level: n === batch % 5 ? 'warning' : 'info' }),
    );
    const lone = lineAt(batch * 7 + 2, { agent_id: 'a', task_id: 't', level: 'error', run_id: `r-${batch}` });
    await store.store([...some, lone], { team });
    records.push(...some, lone);
  }
  const ordered = records.sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1));
  const telemetry = await readAgentTelemetry(store.db, { teamId: team, agentId: 'a', logs: 50 });
  expect(telemetry?.activity_logs.map(({ id }) => id)).toEqual(
    ordered
      .slice(-50)
      .toReversed()
      .map(({ id }) => id),
  );
  const { warnings } = await readTaskParts(store.db, { teamId: team, taskId: 't' });
  const wanted = ordered.filter((line) => line.kind === 'log_entry' && line.level !== 'info');
  expect(warnings.map(({ id }) => id)).toEqual(wanted.slice(0, 100).map(({ id }) => id));
});
