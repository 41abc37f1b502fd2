import { startScriptedServer } from '@telltale/clients/test-support/scripted-server';
import type { DeepHealth } from '@telltale/contracts/http/health';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import { createTestGateway } from '../test-support/test-gateway.ts';
import { createDeepHealthReader, type DeepHealthDeps } from './deep-health.ts';

const beat = (alive: boolean) => ({ instance: 'i', alive, details: 'host' });
const well = { collector: [beat(true)], aggregator: [beat(true)], 'agent-runner': [beat(true)] };
const read = (change: Partial<DeepHealthDeps> = {}) =>
  createDeepHealthReader({
    postgres: { name: 'postgresql', look: async () => 'PostgreSQL 18' },
    redis: { name: 'redis', look: async () => 'Redis 7' },
    readBeats: async () => well,
    outside: [{ name: 'repo_pool', healthCheck: async () => ({ ok: true, latency_ms: 1 }) }],
    readRunners: async () => ({ active: 0, silent: 0 }),
    clock: createManualClock(),
    ...change,
  })('red');

test('all well, and what is not set up, is healthy', async () => {
  const outside = [{ name: 'llm_upstream', healthCheck: null }];
  const { overall_status, checks } = await read({ outside, readBeats: async () => ({ ...well, 'agent-runner': [] }) });
  expect(overall_status).toBe('healthy');
  expect(checks.map(({ name, status, critical }) => [name, status, critical])).toEqual([
    ['postgresql', 'healthy', true],
    ['redis', 'healthy', true],
    ['collectors', 'healthy', true],
    ['aggregators', 'healthy', true],
    ['llm_upstream', 'not_configured', false],
    ['runners', 'not_configured', false],
  ]);
});

test.each<[string, Partial<DeepHealthDeps>, string, string]>([
  ['redis', { redis: { name: 'redis', look: () => Promise.reject(new Error('refused')) } }, 'unhealthy', 'refused'],
  ['collectors', { readBeats: async () => ({ ...well, collector: [beat(false)] }) }, 'unhealthy', '0 of 1 alive'],
  ['runners', { readBeats: async () => ({ ...well, 'agent-runner': [beat(false)] }) }, 'degraded', '0 of 1 beside'],
  ['runners', { readRunners: async () => ({ active: 1, silent: 1 }) }, 'degraded', '1 of 2 of the team'],
  [
    'repo_pool',
    { outside: [{ name: 'repo_pool', healthCheck: async () => ({ ok: false, latency_ms: 2, detail: 'gone' }) }] },
    'degraded',
    'gone',
  ],
  [
    'repo_pool',
    { outside: [{ name: 'repo_pool', healthCheck: () => Promise.reject(new Error('x')) }] },
    'degraded',
    'x',
  ],
])('%s away says so', async (name, change, status, words) => {
  const health = await read(change);
  expect(health.overall_status).toBe(status);
  const check = health.checks.find((one) => one.name === name);
  expect(check).toMatchObject({ status: 'unhealthy', error: expect.stringContaining(words), details: null });
});

test('a gateway asks the services around its runs through the clients that the runs use', async () => {
  await using server = await startScriptedServer();
  server.script({ status: 200, json: { object: 'list', data: [] } });
  const llm = { apiKey: 'k', baseUrl: `${server.url}/v1` };
  const outside = { repoPoolUrl: server.url, repoPoolUrlFile: '/nonexistent', llm };
  await using t = await createTestGateway({ config: { outside } });
  await using alone = await createTestGateway({ database: { url: t.databaseUrl }, redis: { url: t.redisUrl } });
  const ask = async (gateway: typeof t): Promise<Map<string, DeepHealth['checks'][number]>> => {
    const answer = await gateway.gateway.http.inject({ url: '/api/v1/health/deep', headers: gateway.operator });
    expect(answer.statusCode).toBe(200);
    return new Map(answer.json<DeepHealth>().checks.map((check) => [check.name, check]));
  };
  const checks = await ask(t);
  for (const name of ['artifact_store', 'repo_pool', 'task_registry', 'llm_upstream']) {
    expect(checks.get(name), name).toMatchObject({ status: 'healthy', critical: false, error: null });
  }
  expect(server.requests.map(({ url }) => url).toSorted()).toEqual(['/livez', '/v1/models']);
  const none = await ask(alone);
  expect(none.get('repo_pool')).toMatchObject({ status: 'not_configured', latency_ms: null });
  expect(none.get('llm_upstream')).toMatchObject({ status: 'not_configured' });
});
