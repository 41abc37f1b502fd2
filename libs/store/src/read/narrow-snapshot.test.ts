import type { LiveSnapshot } from '@telltale/contracts/live';
import { aRecord } from '@telltale/testkit/records';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { listTeams } from '../config/list-teams.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { listLogs } from './list-logs.ts';
import { narrowSnapshot } from './narrow-snapshot.ts';
import { readAgentTelemetry } from './read-agent-telemetry.ts';
import { readLiveSnapshot } from './read-live-snapshot.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const now = Date.now();
const at = (second: number): string => new Date(now - 600_000 + second * 1_000).toISOString();
type Lists = { activity_logs: readonly { message: string }[]; git_activities: readonly { branch: string | null }[] };
const told = ({ activity_logs, git_activities }: Lists) => ({
  lines: activity_logs.map(({ message }) => message),
  branches: git_activities.map(({ branch }) => branch),
});
const ofAgents = (snapshot: LiveSnapshot): object =>
  'agents' in snapshot ? Object.fromEntries(snapshot.agents.map((one) => [one.agent_id, told(one)])) : {};
const line = (agent_id: string, second: number, message: string, fields: object = {}) =>
  aRecord('log_entry', { agent_id, at: at(second), message, ...fields });

test('what is known and heard of a sub-agent has the lines and git activities that are about it, filtered or not', async () => {
  const team = 'red';
  const teamId = team;
  const within = { labels: { sub_agent: 'a1' } };
  const records = [
    aRecord('git_activity', { agent_id: 'me', at: at(0), branch: 'main' }),
    aRecord('git_activity', { agent_id: 'me', at: at(1), branch: 'side', ...within }),
    line('me', 2, 'found', within),
    line('me', 3, 'broke', { ...within, level: 'error' }),
    line('me', 4, 'own'),
  ];
  await store.store(records, { team });
  await foldTeam(store.db, team);
  await store.store([line('me', 5, 'not folded', within)], { team });
  const whole = { lines: ['not folded', 'broke', 'found'], branches: ['side'] };
  const telemetry = await readAgentTelemetry(store.db, { teamId, agentId: 'me/a1', logs: 50 });
  expect(telemetry === null ? null : told(telemetry)).toEqual(whole);
  const one = { teamId, of: 'agent_id', id: 'me/a1' } as const;
  expect(await readLiveSnapshot(store.db, one, { now })).toMatchObject({
    activity_logs: whole.lines.map((message) => ({ message })),
  });
  const filter = { minLevel: 'error' } as const;
  expect(await readLiveSnapshot(store.db, one, { now, filter })).toMatchObject({
    activity_logs: [{ message: 'broke' }],
    git_activities: [{ branch: 'side' }],
  });
  const some = { teamId, agentIds: ['me/a1', 'me'] };
  expect(ofAgents(await readLiveSnapshot(store.db, some, { now }))).toMatchObject({ 'me/a1': whole });
  expect(ofAgents(await readLiveSnapshot(store.db, some, { now, filter: { q: 'own' } }))).toMatchObject({
    'me/a1': { lines: [] },
    me: { lines: ['own'] },
  });
  expect(await listTeams(store.db, { teamId })).toMatchObject([{ agents: 1 }]);
});

test('of asked agents each has its own newest that pass, however much the others say', async () => {
  const team = 'loud';
  const loud = Array.from({ length: 220 }, (_, n) => line('loud', 10 + n, `loud ${n}`, { level: 'error' }));
  await store.store([line('quiet', 1, 'quiet', { level: 'error' }), ...loud], { team });
  const target = { teamId: team, agentIds: ['loud', 'quiet'] };
  const snapshot = await readLiveSnapshot(store.db, target, { now, filter: { minLevel: 'error' } });
  expect(ofAgents(snapshot)).toMatchObject({
    loud: { lines: Array.from({ length: 10 }, (_, n) => `loud ${219 - n}`) },
    quiet: { lines: ['quiet'] },
  });
});

test('the words of a subscription are searched for in the last day, or in all of a session', async () => {
  const teamId = 'old';
  const twoDaysAgo = new Date(now - 48 * 3_600_000).toISOString();
  const old = aRecord('log_entry', { agent_id: 'me', session_id: 's', at: twoDaysAgo, message: 'needle, old' });
  await store.store([old, line('me', 1, 'needle, new', { session_id: 's' })], { team: teamId });
  const options = { now, filter: { q: 'needle' } };
  expect(await readLiveSnapshot(store.db, { teamId, of: 'agent_id', id: 'me' }, options)).toMatchObject({
    activity_logs: [{ message: 'needle, new' }],
  });
  expect(await readLiveSnapshot(store.db, { teamId, of: 'session_id', id: 's' }, options)).toMatchObject({
    activity_logs: [{ message: 'needle, new' }, { message: 'needle, old' }],
  });
});

test('a search that takes too long leaves a snapshot without lines, and is no failure', async () => {
  const teamId = 'slow';
  await store.store([line('me', 1, 'needle')], { team: teamId });
  const target = { teamId, of: 'agent_id', id: 'me' } as const;
  const whole = await readLiveSnapshot(store.db, target, { now });
  await using hasty = createDatabase({ url: store.url, max: 2, applicationName: 'hasty', statementTimeoutMs: 2_000 });
  await store.db.transaction().execute(async (trx) => {
    await sql`lock table log_entry in access exclusive mode`.execute(trx);
    const narrowed = await narrowSnapshot(hasty.kysely, { teamId, agentId: 'me' }, whole, {
      filter: { q: 'needle' },
      now,
    });
    expect(narrowed).toMatchObject({ agent_id: 'me', activity_logs: [], last_updated: at(1) });
  });
});

test('a search in chunks ends with what was found when its patience does', async () => {
  const team = 'chunks';
  for (let batch = 0; batch < 6; batch += 1) {
    const lines = [0, 1, 2].map((n) => line('me', batch * 10 + n, batch === 0 ? 'needle' : 'hay'));
    await store.store(lines, { team });
  }
  const page = { teamId: team, agentId: 'me', q: 'needle', order: 'desc', after: null, limit: 5, offset: 0 } as const;
  expect((await listLogs(store.db, page)).records).toHaveLength(3);
  expect((await listLogs(store.db, { ...page, patienceMs: -1 })).records).toEqual([]);
});
