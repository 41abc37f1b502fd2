import { createHash, randomUUID } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase, type TestDatabase } from '@telltale/testkit/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type DatabaseHandle } from '../database.ts';
import { storeBatches } from '../ingest/store-batches.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { readLiveSnapshot } from './read-live-snapshot.ts';
import { readFleetTelemetry } from './read-fleet-telemetry.ts';

let server: TestDatabase;
let database: DatabaseHandle;
beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, max: 4, applicationName: 'test' });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function store(team_id: string, records: TelemetryRecord[]): Promise<void> {
  const batch = {
    v: 1 as const,
    team_id,
    producer_id: randomUUID(),
    seq: 1,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records,
  };
  await storeBatches(database.pool, [{ batch, costs: new Map() }]);
}

const empty = {
  process_metrics: null,
  git_activities: [],
  activity_logs: [],
  last_updated: null,
  token_usage: { model: null, total_tokens: 0, cost_usd: 0, unpriced_calls: 0 },
};

it('shows each agent its own latest sample, last 10 git activities and last log lines, newest first', async () => {
  const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString();
  const of = (agent_id: string): TelemetryRecord[] =>
    Array.from({ length: 15 }, (_, n) => [
      aRecord('log_entry', { agent_id, at: at(n), message: `${agent_id} ${n}` }),
      aRecord('git_activity', { agent_id, at: at(n), branch: 'main', files_changed: n }),
      aRecord('process_sample', { agent_id, at: at(n), cpu_percent: n, memory_bytes: 1_500_000 }),
    ]).flat();
  await store('red', [...of('one'), ...of('two')]);
  await store('blue', [aRecord('log_entry', { agent_id: 'one', message: 'of another team' })]);
  const found = await readFleetTelemetry(database.kysely, {
    teamId: 'red',
    of: 'agent_id',
    ids: ['one', 'two', 'nobody'],
    logs: 5,
  });
  expect(found.get('two')?.activity_logs.map(({ message }) => message)).toEqual(
    [14, 13, 12, 11, 10].map((n) => `two ${n}`),
  );
  expect(found.get('one')).toMatchObject({
    process_metrics: { pid: 4_242, cpu_percent: 14, memory_mb: 1.4, status: null, at: at(14) },
    last_updated: at(14),
  });
  expect(found.get('one')?.git_activities).toHaveLength(10);
  expect(Object.keys(found.get('one')?.git_activities[0] ?? {}).sort()).toEqual([
    'at',
    'branch',
    'files_changed',
    'id',
    'message',
    'operation',
    'sha',
  ]);
  expect(found.get('nobody')).toMatchObject(empty);
});

it('finds what was committed of a session and a run, folded or not', async () => {
  const records = [
    aRecord('log_entry', { session_id: 's', run_id: 'r', message: 'folded' }),
    aRecord('log_entry', { session_id: 'other', message: 'of another session' }),
  ];
  await store('green', records);
  await foldTeam(database.kysely, 'green');
  await store('green', [aRecord('log_entry', { session_id: 's', run_id: 'r', message: 'not folded' })]);
  for (const [of, id] of [
    ['session_id', 's'],
    ['run_id', 'r'],
  ] as const) {
    const found = await readFleetTelemetry(database.kysely, { teamId: 'green', of, ids: [id], logs: 50 });
    expect(found.get(id)?.activity_logs.map(({ message }) => message)).toEqual(['not folded', 'folded']);
  }
});

it('gives a team its totals and the agents in view', async () => {
  const now = Date.now();
  const view = await readLiveSnapshot(database.kysely, { teamId: 'red', agentIds: ['two'] }, { now });
  expect(view).toMatchObject({
    team_id: 'red',
    totals: { agents: 0, running: 0, failing: 0, spend_today_usd: 0, sums: { llm_calls: 0 } },
    agents: [{ agent_id: 'two', activity_logs: { length: 10 } }],
  });
  await database.pool.query(
    `insert into agent (team_id, agent_id, first_at, last_at) values ('red', 'older', now(), now() - interval '1 hour'), ('red', 'newer', now(), now())`,
  );
  const last = await readLiveSnapshot(database.kysely, { teamId: 'red', agentIds: null }, { now });
  expect(last).toMatchObject({
    totals: { agents: 2 },
    agents: ['newer', 'older', 'two', 'one'].map((agent_id) => ({ agent_id })),
  });
});

it('gives a team its newest agents with what was committed of them before any of it was folded', async () => {
  const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString();
  await store('grey', [aRecord('tool_call', { agent_id: 'known', at: at(1) })]);
  await foldTeam(database.kysely, 'grey');
  await store('grey', [aRecord('process_sample', { agent_id: 'sampled', at: at(2), cpu_percent: 7 })]);
  const lines = Array.from({ length: 20 }, (_, n) =>
    aRecord('log_entry', { agent_id: 'talker', at: at(3 + n), message: `line ${n}` }),
  );
  await store('grey', lines);
  await store('grey', [aRecord('run_event', { agent_id: 'known', event: 'progress', at: at(40) })]);
  await store('white', [aRecord('log_entry', { agent_id: 'of another team', at: at(50) })]);
  const view = await readLiveSnapshot(database.kysely, { teamId: 'grey', agentIds: null }, { now: Date.now() });
  expect(view).toMatchObject({
    agents: [
      { agent_id: 'known' },
      { agent_id: 'talker', activity_logs: [{ message: 'line 19' }, ...Array.from({ length: 9 }, () => ({}))] },
      { agent_id: 'sampled', process_metrics: { cpu_percent: 7 } },
    ],
  });
});
