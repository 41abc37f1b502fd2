import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSessions } from '../../read/list-sessions.ts';
import { listSlow } from '../../read/list-slow.ts';
import { readSummary } from '../../read/read-summary.ts';
import { readToolStats } from '../../read/read-unit-tools.ts';
import { compareWithRaw } from '../repair/compare.ts';
import { recompute } from '../repair/recompute.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { foldTeam } from './fold-team.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

type Tool = Partial<RecordOf<'tool_call'>>;
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const told = (fields: Tool = {}) =>
  aRecord('tool_call', { at: minutesAgo(1), tool_name: 'told', run_id: 'run', duration_ms: 20, ...fields });
const wire = (fields: Tool = {}) =>
  told({ at: minutesAgo(3), tool_name: 'seen', duration_ms: 30, attributes: { signal: 'wire' }, ...fields });

let teams = 0;
type Sums = { tools: number; failed: number; us: number; timed: number; listed: string[] };

async function sumsOf(team: string): Promise<Sums> {
  const [row] = await store.rows<Omit<Sums, 'listed' | 'timed'>>(
    `select coalesce(tool_calls, 0)::int as tools, coalesce(tool_errors, 0)::int as failed, coalesce(tool_us, 0)::int as us
     from rollup where team_id = $1 and cube = 'team' and grain = 0`,
    [team],
  );
  const bins = await store.rows<{ n: number }>(
    `select sum(n)::int as n from rollup_bin b join series s using (team_id, series_id), unnest(bins, counts) as u (bin, n)
     where b.team_id = $1 and grain = 0 and measure = 'tool_ms' and s.cube = 'tool'`,
    [team],
  );
  const listed = (await listSlow(store.db, { teamId: team, thresholdMs: 0, limit: 50 })).map(({ name }) => name);
  return { tools: 0, failed: 0, us: 0, ...row, timed: bins[0]?.n ?? 0, listed: listed.toSorted() };
}

/** What comes of the records at once, one by one and backwards, the outermost first; and of a repair of it. */
async function sums(records: readonly TelemetryRecord[]): Promise<Sums> {
  const found: Sums[] = [];
  const range = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) };
  const single = records.map((record) => [record]);
  const inwards = single.toSorted((a, b) => Math.abs(single.indexOf(b) - 1.4) - Math.abs(single.indexOf(a) - 1.4));
  for (const batches of [[records], single, single.toReversed(), inwards]) {
    const team = `wire-${++teams}`;
    for (const batch of batches) {
      await store.store(batch, { team });
      await foldTeam(store.db, team);
    }
    found.push(await sumsOf(team));
  }
  const last = `wire-${teams}`;
  expect(await compareWithRaw(store.db, last, range)).toMatchObject({ differing: 0, examples: [] });
  await recompute(store.db, last, range);
  found.push(await sumsOf(last));
  for (const one of found) expect(one).toEqual(found[0]);
  return found[0] as Sums;
}

test('where nobody else tells of tools the wire does, with and without ids', async () => {
  const records = [wire({ tool_call_id: 'a' }), wire({ tool_call_id: 'a', success: false }), wire()];
  expect(await sums(records)).toEqual({ tools: 3, failed: 1, us: 90_000, timed: 3, listed: ['seen', 'seen', 'seen'] });
});

test('where somebody tells of tools in the run the wire adds nothing, whatever the ids, and whoever comes first', async () => {
  const records = [
    wire({ tool_call_id: 'a' }),
    wire({ success: false }),
    told({ tool_call_id: 'a' }),
    told({ tool_call_id: 'own' }),
  ];
  expect(await sums(records)).toEqual({ tools: 2, failed: 0, us: 40_000, timed: 2, listed: ['told', 'told'] });
});

test('nor where a run within it does, or one without a run in its session', async () => {
  expect(await sums([wire(), wire(), told({ run_id: 'inner', parent_run_id: 'run' })])).toMatchObject({ tools: 1 });
  const session = { session_id: 's' };
  expect(await sums([wire(session), told({ ...session, run_id: undefined, agent_id: 'other' })])).toMatchObject({
    tools: 1,
    listed: ['told'],
  });
});

test('it is taken back once, though several tell in its places', async () => {
  const session = { session_id: 's' };
  const records = [wire(session), wire(session), told({ ...session, run_id: undefined }), told(session)];
  expect(await sums(records)).toMatchObject({ tools: 2, us: 40_000 });
});

test('what others tell in another run, or another agent without one, changes nothing', async () => {
  const records = [
    wire({ session_id: 's' }),
    told({ run_id: 'other', session_id: 's' }),
    told({ run_id: undefined, agent_id: 'other' }),
  ];
  expect(await sums(records)).toMatchObject({ tools: 3 });
});

test('what its agent tells without a run about that time does, and not at another', async () => {
  const alone = { run_id: undefined, session_id: 's' };
  expect(await sums([wire(), wire({ run_id: 'next' }), told(alone)])).toMatchObject({ tools: 1 });
  expect(await sums([wire(), told({ ...alone, at: minutesAgo(240) })])).toMatchObject({ tools: 2 });
});

test('it still shows when its agent worked', async () => {
  const team = `wire-${++teams}`;
  for (const record of [wire({ agent_id: 'b' }), told({ agent_id: 'c' })]) {
    await store.store([record], { team });
    await foldTeam(store.db, team);
  }
  const rows = await store.rows(
    `select agent_id, active_at is not null as active, t.records::int from agent a
       join unit_total t using (team_id, agent_id) where a.team_id = $1 and t.cube = 'unit' order by 1`,
    [team],
  );
  expect(rows).toEqual([
    { agent_id: 'b', active: true, records: 1 },
    { agent_id: 'c', active: true, records: 1 },
  ]);
});

test('no list of tools has what was taken back', async () => {
  const team = `wire-${++teams}`;
  const session = { session_id: 's' };
  for (const record of [wire(session), told(session)]) {
    await store.store([record], { team });
    await foldTeam(store.db, team);
  }
  const now = Date.now();
  const question = { teamId: team, filter: {}, span: { from: null, to: now }, now };
  expect((await readSummary(store.db, question)).calls_by_tool).toEqual({ told: 1 });
  for (const filter of [{}, session]) {
    const { rows, total } = await readToolStats(store.db, { ...question, filter });
    expect({ names: rows.map(({ name }) => name), total }).toEqual({ names: ['told'], total: 1 });
  }
  const { sessions } = await listSessions(store.db, { ...question, after: null, limit: 5, offset: 0 });
  expect(sessions).toMatchObject([{ tools_used: { told: 1 } }]);
});

test('a record that comes in two batches counts once', async () => {
  const team = `wire-${++teams}`;
  const record = wire();
  for (const batch of [record, record]) {
    await store.store([batch], { team });
    await foldTeam(store.db, team);
  }
  expect(await sumsOf(team)).toMatchObject({ tools: 1, timed: 1, listed: ['seen'] });
});
