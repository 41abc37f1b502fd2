import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAgents } from '../../read/list-agents.ts';
import { readTeamTotals } from '../../read/read-team-totals.ts';
import { findSubAgent } from '../../read/sub-agents.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const start = Date.now() - 600_000;
const at = (second: number): string => new Date(start + second * 1_000).toISOString();
const tool = (agent_id: string, second: number, sub_agent?: string) =>
  aRecord('tool_call', { agent_id, at: at(second), ...(sub_agent === undefined ? {} : { labels: { sub_agent } }) });
const call = (agent_id: string, second: number, sub_agent: string, model: string) =>
  aRecord('llm_call', { agent_id, at: at(second), labels: { sub_agent }, model });

test('sub-agents that have one id are one agent, which stands for the one heard of last', async () => {
  const team = 'same';
  const long = 'x'.repeat(199);
  const label = 'y'.repeat(200);
  const records = [
    tool('a/b', 1, 'c'),
    tool('a', 2, 'b/c'),
    call('a/b', 1, 'c', 'old'),
    call('a', 2, 'b/c', 'new'),
    tool(`${long}1`, 1, 'same'),
    tool(`${long}2`, 2, 'same'),
    tool('one', 1, label),
    tool('two', 2, label),
  ];
  await store.store(records, { team });
  await foldTeam(store.db, team);
  expect(await findSubAgent(store.db, team, 'a/b/c')).toEqual({ agentId: 'a', labels: { sub_agent: 'b/c' } });
  const { agents } = await listAgents(store.db, { teamId: team, after: null, limit: 50, offset: 0 }, start);
  expect(new Set(agents.map((agent) => agent.parent_agent_id))).toContain(`${long}2`);
  const model = `select model from agent where team_id = 'same' and agent_id = 'a/b/c'`;
  expect(await store.rows(model)).toEqual([{ model: 'new' }]);
  // Older words of the other change nothing, newer ones do.
  await store.store([tool('a/b', 0, 'c')], { team });
  await foldTeam(store.db, team);
  expect(await findSubAgent(store.db, team, 'a/b/c')).toMatchObject({ agentId: 'a' });
  await store.store([tool('a/b', 3, 'c')], { team });
  await foldTeam(store.db, team);
  expect(await findSubAgent(store.db, team, 'a/b/c')).toMatchObject({ agentId: 'a/b' });
});

test('an agent that speaks for itself is no sub-agent, whichever was heard of first', async () => {
  const own = [tool('me/a1', 1)];
  const about = [tool('me', 2, 'a1')];
  for (const [team, batches] of Object.entries({
    before: [own, about],
    after: [about, own],
    once: [[...own, ...about]],
  })) {
    for (const records of batches) {
      await store.store(records, { team });
      await foldTeam(store.db, team);
    }
    expect(await findSubAgent(store.db, team, 'me/a1'), team).toBeNull();
    const { agents } = await listAgents(store.db, { teamId: team, after: null, limit: 50, offset: 0 }, start);
    expect(agents, team).toMatchObject([
      { agent_id: 'me', tool_calls: 1 },
      { agent_id: 'me/a1', parent_agent_id: null, tool_calls: 1, last_updated: at(1) },
    ]);
    const totals = await readTeamTotals(store.db, { teamId: team, now: start, deliveryLagMs: null });
    expect(totals.agents, team).toBe(2);
  }
});

test('each of many sub-agents has its own totals, whichever agents have one of the same name', async () => {
  const team = 'many';
  const calls = [
    call('me', 1, 'a1', 'm'),
    call('me', 2, 'a2', 'm'),
    call('me', 3, 'a2', 'm'),
    call('you', 4, 'a1', 'm'),
  ];
  await store.store([...calls, tool('me', 5, 'a1'), tool('you', 6, 'a3')], { team });
  await foldTeam(store.db, team);
  const { agents } = await listAgents(store.db, { teamId: team, after: null, limit: 50, offset: 0 }, start);
  const sums = agents.map(({ agent_id, llm_calls, tool_calls }) => [agent_id, llm_calls, tool_calls]);
  expect(Object.fromEntries(sums.map(([id, ...own]) => [id, own]))).toEqual({
    me: [3, 1],
    'me/a1': [1, 1],
    'me/a2': [2, 0],
    you: [1, 1],
    'you/a1': [1, 0],
    'you/a3': [0, 1],
  });
});

test('a sub-agent of which all is told under another agent is none, whichever was told first', async () => {
  const said = { session_id: 's', message_id: 'm', labels: { sub_agent: 'a1' }, at: at(5), input_tokens: 9 } as const;
  const imported = aRecord('llm_call', { ...said, agent_id: 'claude-code', origin: 'transcript' });
  const live = aRecord('llm_call', { ...said, agent_id: 'agent-7', origin: 'otlp' });
  const subAgents = async (team: string): Promise<string[]> => {
    const page = { teamId: team, after: null, limit: 50, offset: 0 };
    const { agents } = await listAgents(store.db, page, start);
    return agents.map(({ agent_id }) => agent_id).filter((id) => id.includes('/'));
  };
  for (const [team, order] of Object.entries({ imported: [imported, live], live: [live, imported] })) {
    for (const record of order) {
      await store.store([record], { team });
      await foldTeam(store.db, team);
    }
    expect(await subAgents(team)).toEqual(['agent-7/a1']);
    await store.store([tool('claude-code', 6, 'a1')], { team });
    await foldTeam(store.db, team);
    expect(new Set(await subAgents(team))).toEqual(new Set(['agent-7/a1', 'claude-code/a1']));
  }
});
