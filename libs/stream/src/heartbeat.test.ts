import { createTestRedis } from '@telltale/testkit/test-redis';
import { expect, test } from 'vitest';
import { connectWriter, disconnect } from './connect.ts';
import { readDataEpoch } from './data-epoch.ts';
import { createHeartbeat, listHeartbeats } from './heartbeat.ts';
import { keys } from './keys.ts';

test('living instances are listed with their details, dead and departed ones are not', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const heart = (instanceId: string) =>
    createHeartbeat({ redis, service: 'collector', instanceId, now: () => Date.UTC(2026, 0, 1) });
  await heart('c-1').beat({ shards: 16 });
  const second = heart('c-2');
  await second.beat();
  const [youngest, other] = await listHeartbeats(redis, 'collector');
  expect([youngest?.instance_id, other?.instance_id].toSorted()).toEqual(['c-1', 'c-2']);
  expect(await listHeartbeats(redis, 'aggregator')).toEqual([]);

  await second.end();
  const [only] = await listHeartbeats(redis, 'collector');
  expect(only).toMatchObject({ instance_id: 'c-1', pid: process.pid, details: { shards: 16 } });
  expect(only?.started_at).toBe('2026-01-01T00:00:00.000Z');

  const old = JSON.stringify({ ...only, redis_ms: (only?.redis_ms ?? 0) - 3_600_000 });
  await redis.hset(keys.beats('collector'), 'c-1', old, 'c-3', 'not json');
  expect(await listHeartbeats(redis, 'collector')).toEqual([]);
  expect(await redis.hlen(keys.beats('collector'))).toBe(0);
  disconnect(redis);
});

test('the data epoch stays, until the data are gone', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const before = await readDataEpoch(redis);
  expect(await readDataEpoch(redis)).toBe(before);
  await redis.flushdb();
  expect(await readDataEpoch(redis)).not.toBe(before);
  disconnect(redis);
});
