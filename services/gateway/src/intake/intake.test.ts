import { connectBlockingReader, connectWriter, disconnect } from '@telltale/stream/connect';
import { createLiveAppender } from '@telltale/stream/live-append';
import { createShardConsumer } from '@telltale/stream/shard-consumer';
import { decodeBatch } from '@telltale/stream/batch-codec';
import { recordShards } from '@telltale/stream/keys';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../config.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const unlimited = { maxLagMs: 600_000, teamShare: 0.5, teamRate: null, teamRates: new Map<string, number>() };

async function sender(t: TestGateway, team: string) {
  const headers = await t.as(team, 'ingest', 'read');
  const post = (count = 1) =>
    t.gateway.http.inject({
      method: 'POST',
      url: '/api/v1/telemetry',
      headers,
      payload: { records: Array.from({ length: count }, () => aRecord('metric')) },
    });
  const delivery = async () => (await t.gateway.http.inject({ url: '/api/v1/monitoring/delivery', headers })).json();
  return { post, delivery };
}

test('a noisy team is told when to come back, is counted, and its neighbour goes on', async () => {
  const intake = { ...unlimited, teamRate: 1, teamRates: new Map([['blue', 1e6]]) };
  await using t = await createTestGateway({ config: { intake } });
  const [red, blue] = [await sender(t, 'red'), await sender(t, 'blue')];
  expect((await red.post(100)).statusCode).toBe(202);
  const refused = await red.post();
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toMatchObject({ code: 'too_many_requests', detail: expect.stringContaining('this team') });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(10);
  expect((await blue.post(100)).statusCode).toBe(202);
  expect((await red.delivery()).intake).toMatchObject({ open: true, refused: { team_rate: 1, memory: 0 } });
});

test('at 80 % of the memory of Redis all are sent away with 503 and Retry-After, and let in again below 70 %', async () => {
  await using server = await startPrivateRedis();
  await using t = await createTestGateway({ redis: server });
  const red = await sender(t, 'red');
  expect((await red.post()).statusCode).toBe(202);
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  await redis.config('SET', 'maxmemory', String(Math.floor(used / 0.85)));
  const refused = await until(async () => {
    const answer = await red.post();
    // What is posted until the gate looks again may fill the rest of it: then Redis itself refuses.
    return answer.statusCode === 503 && answer.body.includes('nearly full') ? answer : null;
  });
  expect(refused.json()).toMatchObject({ code: 'unavailable' });
  expect(refused.headers['retry-after']).toBe('5');
  expect((await red.delivery()).intake).toMatchObject({ open: false, reason: 'memory' });
  await redis.config('SET', 'maxmemory', String(used * 4));
  await until(async () => (await red.post()).statusCode === 202);
  disconnect(redis);
});

test('when nobody stores for too long nothing more is taken, and one team alone may not fill the stream', async () => {
  await using server = await startPrivateRedis({ maxmemory: '64mb' });
  await using t = await createTestGateway({
    redis: server,
    config: { intake: { ...unlimited, maxLagMs: 200, teamShare: 0.00001 } },
  });
  const [red, blue] = [await sender(t, 'red'), await sender(t, 'blue')];
  expect((await red.post(50)).statusCode).toBe(202);
  const seen = new Set<string>();
  await until(async () => {
    const answer = await red.post();
    seen.add(`${answer.statusCode} ${answer.json().detail?.split(';')[0]}`);
    return (await blue.delivery()).intake.reason === 'lag' && answer.statusCode === 503;
  });
  expect([...seen]).toContain('503 storing is too far behind');
  expect((await blue.post()).statusCode).toBe(503);

  // Whoever stores clears both.
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const reader = await connectBlockingReader({ url: server.url, name: 'reader' });
  const consumer = createShardConsumer({ redis, reader, instanceId: 'one' });
  await consumer.acknowledge(await consumer.read({ shards: recordShards, count: 100, blockMs: 10 }));
  await until(async () => (await red.post()).statusCode === 202);
  disconnect(reader);
  disconnect(redis);
});

test('a record a second goes the way of all, and the answer says how long that takes', async () => {
  await using t = await createTestGateway({ config: { canary: true } });
  const red = await sender(t, 'red');
  expect((await red.delivery()).canary).toBeNull();
  const redis = await connectWriter({ url: t.redisUrl, name: 'test' });
  const reader = await connectBlockingReader({ url: t.redisUrl, name: 'reader' });
  const consumer = createShardConsumer({ redis, reader, instanceId: 'one' });
  const live = createLiveAppender(redis);
  const canary = await until(async () => {
    const entries = await consumer.read({ shards: recordShards, count: 10, blockMs: 100 });
    for (const entry of entries) {
      const decoded = decodeBatch(entry.payload);
      expect(decoded).toMatchObject({ ok: true, batch: { team_id: '*', records: [{ agent_id: 'canary' }] } });
      const records = decoded.ok ? decoded.batch.records : [];
      const batch = `${entry.producerId}:${entry.seq}`;
      await live.appendBatches([{ teamId: entry.teamId, batch, deltas: () => [{ records }] }]);
    }
    await consumer.acknowledge(entries);
    return (await red.delivery()).canary;
  });
  expect(canary.p50_ms).toBeGreaterThan(0);
  expect(canary.p99_ms).toBeGreaterThanOrEqual(canary.p50_ms);
  expect((await red.delivery()).producers).toEqual([]);
  disconnect(reader);
  disconnect(redis);
});

test('the settings of the way in are read, and a wrong one is named', () => {
  const env = {
    TELLTALE_DATABASE_URL: 'postgres://u:p@localhost/telltale',
    TELLTALE_REDIS_URL: 'redis://localhost:6379',
    TELLTALE_KEY_SECRET: 'k'.repeat(32),
  };
  expect(readGatewayConfig(env).intake).toEqual({ ...unlimited, teamRate: 25_000 });
  const set = {
    TELLTALE_MAX_STREAM_LAG: '2m',
    TELLTALE_TEAM_SHARE: '20%',
    TELLTALE_TEAM_RATE: 'off',
    TELLTALE_TEAM_RATES: 'red=5, blue=1e3',
  };
  expect(() => readGatewayConfig({ ...env, ...set })).toThrow(/TELLTALE_TEAM_RATES: is not a list/);
  expect(readGatewayConfig({ ...env, ...set, TELLTALE_TEAM_RATES: 'red=5, blue=100' }).intake).toEqual({
    maxLagMs: 120_000,
    teamShare: 0.2,
    teamRate: null,
    teamRates: new Map([
      ['red', 5],
      ['blue', 100],
    ]),
  });
  expect(() => readGatewayConfig({ ...env, TELLTALE_TEAM_SHARE: '0%' })).toThrow(/TELLTALE_TEAM_SHARE: is not a perc/);
});
