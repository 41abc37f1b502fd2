import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let read: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  read = await t.as('red', 'read');
  const agent = { agent_id: 'me', session_id: 's', model: 'm', input_tokens: 100, output_tokens: 10 };
  const labels = { sub_agent: 'a1' };
  const remembered = { agent_id: 'me', session_id: 's', memory_id: 'm-1' };
  await seed(
    t.databaseUrl,
    'red',
    [
      aRecord('llm_call', { ...agent, duration_ms: 50 }),
      aRecord('llm_call', { ...agent, labels, duration_ms: 70 }),
      aRecord('tool_call', { agent_id: 'me', session_id: 's', labels, success: false, error_message: 'no' }),
      aRecord('log_entry', { agent_id: 'me', session_id: 's', labels, message: 'of the sub-agent' }),
      aRecord('log_entry', { agent_id: 'me', session_id: 's', message: 'its own' }),
      aRecord('llm_call', { ...agent, agent_id: 'started', parent_agent_id: 'me' }),
      aRecord('memory_operation', { ...remembered, labels, operation: 'store', size_bytes: 7, hit: undefined }),
      aRecord('memory_operation', { ...remembered, labels, operation: 'recall', hit: true }),
      aRecord('memory_operation', { ...remembered, operation: 'recall', hit: false }),
    ],
    new Map([['m', '0.5']]),
  );
});
afterAll(() => t[Symbol.asyncDispose]());

const get = async (path: string) =>
  (await t.gateway.http.inject({ method: 'GET', url: `/api/v1${path}`, headers: read })).json();
const idsOf = ({ agents }: { agents: { agent_id: string }[] }): string[] =>
  agents.map(({ agent_id }) => agent_id).toSorted();
const child = encodeURIComponent('me/a1');

test('the agents under one are listed, and all agents with or without the sub-agents that work within one', async () => {
  expect(idsOf(await get('/agents'))).toEqual(['me', 'me/a1', 'started']);
  expect(idsOf(await get('/agents?sub_agents=false'))).toEqual(['me', 'started']);
  expect(idsOf(await get('/agents?parent_agent_id=me'))).toEqual(['me/a1', 'started']);
  expect(await get(`/agents?q=${child}`)).toMatchObject({
    agents: [{ parent_agent_id: 'me', llm_calls: 1, cost_usd: 0.5, tool_calls: 1, tool_errors: 1 }],
  });
  expect(await get('/agents?sub_agents=perhaps')).toMatchObject({ code: 'invalid_request' });
});

test('what is asked by the id of a sub-agent is answered with its part of what its agent did', async () => {
  expect(await get('/metrics/summary?agent_id=me')).toMatchObject({ llm_calls: 2, cost_usd: 1, tool_calls: 1 });
  expect(await get(`/metrics/summary?agent_id=${child}`)).toMatchObject({ llm_calls: 1, cost_usd: 0.5, tool_calls: 1 });
  expect(await get('/metrics/costs?group_by=agent')).toMatchObject({
    total_cost_usd: 1.5,
    groups: [
      { key: 'me', cost_usd: 1 },
      { key: 'started', cost_usd: 0.5 },
    ],
  });
  expect((await get(`/metrics/slow?agent_id=${child}&threshold_ms=1`)).slow_operations).toHaveLength(1);
  expect((await get(`/metrics/errors?agent_id=${child}`)).recent_errors).toHaveLength(1);
  expect((await get('/calls?kind=llm_call&agent_id=me')).calls).toHaveLength(2);
  expect((await get(`/calls?kind=llm_call&agent_id=${child}`)).calls).toMatchObject([{ duration_ms: 70 }]);
  expect((await get(`/logs?agent_id=${child}`)).logs).toMatchObject([{ message: 'of the sub-agent' }]);
  expect(await get(`/agents/${child}/telemetry`)).toMatchObject({
    agent_id: 'me/a1',
    token_usage: { model: 'm', input_tokens: 100, cost_usd: 0.5 },
  });
  expect(await get(`/agents/${encodeURIComponent('me/a2')}/telemetry`)).toMatchObject({ status: 404 });
});

test('a sub-agent that a label rules out did nothing', async () => {
  const asked = (label: string) => get(`/metrics/summary?agent_id=${child}&label.sub_agent=${label}`);
  expect(await asked('a1')).toMatchObject({ llm_calls: 1, cost_usd: 0.5 });
  expect(await asked('a2')).toMatchObject({ llm_calls: 0, cost_usd: 0, sessions: 0 });
});

test('the memory of a sub-agent is what it did with that of its agent', async () => {
  expect(await get('/monitoring/agents/me/memory/stats')).toMatchObject({
    memories_stored_count: 1,
    memories_recalled_count: 2,
    hit_rate: 0.5,
  });
  expect(await get(`/monitoring/agents/${child}/memory/stats`)).toEqual({
    app_agent_id: 'me/a1',
    memories_stored_count: 1,
    memories_recalled_count: 1,
    last_activity_timestamp: expect.any(String),
    size_bytes: 7,
    hit_rate: 1,
    top_memories: [{ memory_id: 'm-1', recalls: 1 }],
  });
});
