import { aRecord } from '@telltale/testkit/records';
import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectClient } from './live/live-rig.fixture.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let postgres: Awaited<ReturnType<typeof startPrivatePostgres>>;
let redis: Awaited<ReturnType<typeof startPrivateRedis>>;
let t: TestGateway;
let key: { authorization: string };
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPrivatePostgres(), startPrivateRedis()]);
  t = await createTestGateway({ database: postgres, redis });
  key = await t.as('red', 'ingest', 'read');
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
});

const get = (url: string, headers: object = key) => t.gateway.http.inject({ url, headers: { ...headers } });
const post = () => {
  const payload = { records: [aRecord('metric')] };
  return t.gateway.http.inject({ method: 'POST', url: '/api/v1/telemetry', headers: key, payload });
};
const overall = async () => (await get('/api/v1/monitoring/system/health')).json().overall_status;
const ready = async () => (await get('/readyz')).statusCode === 200;

test('while Redis is away a batch is refused with a time to come back, and the rest goes on', async () => {
  expect((await post()).statusCode).toBe(202);
  using viewer = await connectClient(t.gateway.url, key.authorization.replace('Bearer ', ''));
  redis.kill();
  const refused = await until(async () => {
    const answer = await post();
    return answer.statusCode === 503 ? answer : null;
  });
  expect(refused.json()).toMatchObject({ code: 'unavailable', status: 503 });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await get('/readyz')).json()).toMatchObject({
    code: 'unavailable',
    detail: expect.stringContaining('redis'),
  });
  const books = await get('/api/v1/monitoring/delivery');
  expect(books.json()).toMatchObject({ code: 'unavailable', status: 503 });
  expect(Number(books.headers['retry-after'])).toBeGreaterThan(0);
  expect(await viewer.subscribe({ agent_id: 'agent-1' })).toMatchObject({
    ok: false,
    error: { code: 'unavailable', status: 503 },
  });
  expect((await get('/livez')).statusCode).toBe(200);
  expect((await get('/api/v1/runs')).statusCode).toBe(200);
  expect(await overall()).toBe('unhealthy');
  await redis.restart();
  await until(ready);
  expect((await post()).statusCode).toBe(202);
  expect((await get('/api/v1/monitoring/delivery')).statusCode).toBe(200);
  expect(await viewer.subscribe({ agent_id: 'agent-1' })).toMatchObject({ ok: true });
});

test('while PostgreSQL is away known keys go on sending, questions are 503, and health still answers', async () => {
  postgres.kill();
  const refused = await until(async () => {
    const answer = await get('/api/v1/runs');
    return answer.statusCode === 503 ? answer : null;
  });
  expect(refused.json()).toMatchObject({ code: 'unavailable' });
  expect(refused.body).not.toMatch(/ECONN|127\.0\.0\.1|postgres:/);
  expect(refused.headers['retry-after']).toBeDefined();
  expect((await get('/api/v1/monitoring/agents/agent-1/memory/stats')).statusCode).toBe(503);
  expect((await post()).statusCode).toBe(202);
  const stranger = { authorization: `Bearer tt_${'z'.repeat(12)}_${'z'.repeat(43)}` };
  expect((await get('/api/v1/runs', stranger)).statusCode).toBe(503);
  await until(async () => (await overall()) === 'unhealthy');
  expect((await get('/readyz')).json().detail).toContain('postgresql');
  await postgres.restart();
  await until(ready);
  expect((await get('/api/v1/runs')).statusCode).toBe(200);
});
