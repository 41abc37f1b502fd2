import { createHash } from 'node:crypto';
import { subAgentId } from '@telltale/contracts/records/sub-agent';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { compareWithRaw } from '../rollup/repair/compare.ts';
import { recompute } from '../rollup/repair/recompute.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { listAgents } from './list-agents.ts';
import { listCalls } from './list-calls.ts';
import { readAgentTelemetry } from './read-agent-telemetry.ts';
import { readTeamTotals } from './read-team-totals.ts';
import { findSubAgent } from './sub-agents.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const start = Date.now() - 600_000;
const at = (second: number): string => new Date(start + second * 1_000).toISOString();
const run = { agent_id: 'me', run_id: 'run', session_id: 'talk' } as const;
const within = { labels: { sub_agent: 'a1' }, attributes: { client_agent_id: 'a1', client_agent_name: 'Explore' } };
const call = (second: number, request_id: string, fields: object = {}) =>
  aRecord('llm_call', { ...run, at: at(second), request_id, input_tokens: 100, output_tokens: 10, ...fields });

const page = { teamId: 'red', after: null, limit: 20, offset: 0 } as const;

test('a sub-agent is an agent under the one whose records are about it, and is counted in that one once', async () => {
  const records = [
    aRecord('run_event', { ...run, at: at(0), event: 'started', pid: 7 }),
    aRecord('process_sample', { ...run, at: at(1) }),
    call(2, 'q1'),
    // One call that two origins saw; the proxy knows no name of it.
    call(4, 'q2', { ...within, model: 'small', origin: 'otlp' }),
    call(4, 'q2', { labels: within.labels, model: 'small', origin: 'proxy' }),
    aRecord('tool_call', { ...run, at: at(5), ...within, tool_call_id: 't1' }),
    call(6, 'q3', { ...within, model: 'small' }),
    call(8, 'q4'),
  ];
  for (const record of records) await store.store([record]);
  await foldTeam(store.db, 'red');
  const { agents } = await listAgents(store.db, page, start + 20_000);
  expect(agents).toMatchObject([
    { agent_id: 'me', name: 'me', parent_agent_id: null, llm_calls: 4, input_tokens: 400, tool_calls: 1 },
    {
      agent_id: 'me/a1',
      name: 'Explore',
      parent_agent_id: 'me',
      current_run_id: 'run',
      state: 'working',
      llm_calls: 2,
      input_tokens: 200,
      tool_calls: 1,
    },
  ]);
  const { sums, agents: count } = await readTeamTotals(store.db, { teamId: 'red', now: start, deliveryLagMs: null });
  expect({ calls: sums.llm_calls, count }).toEqual({ calls: 4, count: 1 });

  const telemetry = await readAgentTelemetry(store.db, { teamId: 'red', agentId: 'me/a1', logs: 50 });
  expect(telemetry?.token_usage).toMatchObject({ model: 'small', input_tokens: 200, output_tokens: 20 });
  const whose = await findSubAgent(store.db, 'red', 'me/a1');
  expect(whose).toEqual({ agentId: 'me', labels: { sub_agent: 'a1' } });
  const { records: tools } = await listCalls(store.db, { ...page, ...whose, kind: 'tool_call', order: 'desc' });
  expect(tools).toMatchObject([{ tool_call_id: 't1', agent_id: 'me' }]);
});

test('nothing of it changes when the rollups are made anew, and it is quiet when its run goes on without it', async () => {
  const range = { from: new Date(start - 60_000), to: new Date(start + 120_000) };
  expect(await compareWithRaw(store.db, 'red', range)).toMatchObject({ differing: 0, strayRecords: 0 });
  await recompute(store.db, 'red', range);
  const { agents } = await listAgents(store.db, page, start + 120_000);
  expect(agents).toMatchObject([
    { agent_id: 'me', llm_calls: 4 },
    { agent_id: 'me/a1', llm_calls: 2, state: 'idle' },
  ]);
  await store.store([aRecord('run_event', { ...run, at: at(9), event: 'ended', exit_code: 0 })]);
  await foldTeam(store.db, 'red');
  expect((await listAgents(store.db, page, start + 120_000)).agents).toMatchObject([
    { agent_id: 'me', state: 'done' },
    { agent_id: 'me/a1', state: 'done', lifecycle: 'stopped' },
  ]);
});

test('a long name is cut so that the id of a sub-agent is one, and what only looks like one is none', async () => {
  const agent_id = 'x'.repeat(200);
  await store.store([aRecord('tool_call', { agent_id, labels: { sub_agent: 'a1' } })], { team: 'long' });
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const own = `ü${'y'.repeat(199)}`;
  await store.store([aRecord('tool_call', { agent_id: 'some/thing', labels: { sub_agent: own } })], { team: 'long' });
  await store.store([aRecord('tool_call', { agent_id: 'some/thing', labels: { sub_agent: '' } })], { team: 'long' });
  await foldTeam(store.db, 'long');
  const { agents } = await listAgents(store.db, { ...page, teamId: 'long' }, start);
  expect(new Set(agents.map((agent) => agent.agent_id))).toEqual(
    new Set(['some/thing', agent_id, subAgentId(agent_id, 'a1', sha256), subAgentId('some/thing', own, sha256)]),
  );
  expect(await findSubAgent(store.db, 'long', 'some/thing')).toBeNull();
});
