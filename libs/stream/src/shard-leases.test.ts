import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { expect, test } from 'vitest';
import { clearLeases } from './clear-leases.ts';
import { connectWriter, disconnect, type StreamConnection } from './connect.ts';
import { keys, recordShards } from './keys.ts';
import { createShardLeases, leaseMs } from './shard-leases.ts';

const neverBusy = () => false;
const aCollector = (redis: StreamConnection, instanceId: string, monotonic = () => 0) =>
  createShardLeases({ redis, instanceId, monotonic });

test('one collector takes all shards, several share them fairly, and no shard has two', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const [one, two, three] = [aCollector(redis, 'one'), aCollector(redis, 'two'), aCollector(redis, 'three')];
  expect(await one.refresh(neverBusy)).toEqual(recordShards);
  expect(await two.refresh(neverBusy)).toEqual([]);
  expect(await one.refresh(neverBusy)).toEqual([]);
  expect(one.held()).toHaveLength(8);
  expect(await two.refresh(neverBusy)).toHaveLength(8);

  for (let round = 0; round < 3; round++) {
    for (const collector of [three, one, two]) await collector.refresh(neverBusy);
  }
  const all = [one, two, three].flatMap((collector) => collector.held());
  expect(all.toSorted((a, b) => a - b)).toEqual(recordShards);
  expect(Math.max(...[one, two, three].map((collector) => collector.held().length))).toBe(6);

  await one.release();
  await three.release();
  await two.refresh(neverBusy);
  expect(two.held()).toHaveLength(16);
  disconnect(redis);
});

test('a collector takes its shards also when Redis is full, and what was left is cleared by whoever starts it', async () => {
  await using server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  await redis.config('SET', 'maxmemory', '1mb');
  await expect(redis.set('more', 'x')).rejects.toThrow(/OOM/);
  expect(await aCollector(redis, 'dead').refresh(neverBusy)).toEqual(recordShards);
  expect(await aCollector(redis, 'next').refresh(neverBusy)).toEqual([]);
  await clearLeases(server.url);
  expect(await aCollector(redis, 'next').refresh(neverBusy)).toEqual(recordShards);
  disconnect(redis);
});

test('a shard with work in hand is given up once that is done, and nothing new of it is read until then', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const [one, two] = [aCollector(redis, 'one'), aCollector(redis, 'two')];
  const alwaysBusy = () => true;
  await one.refresh(neverBusy);
  await two.refresh(neverBusy);
  await one.refresh(alwaysBusy);
  expect(one.held()).toHaveLength(8);
  expect(await two.refresh(neverBusy)).toEqual([]);
  await one.refresh((shard) => one.held().includes(shard));
  expect(one.held()).toHaveLength(8);
  expect(await two.refresh(neverBusy)).toHaveLength(8);
  expect([...one.held(), ...two.held()].toSorted((a, b) => a - b)).toEqual(recordShards);
  disconnect(redis);
});

test('what a collector was to give up it goes on reading when its peer has gone meanwhile', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const [one, two] = [aCollector(redis, 'one'), aCollector(redis, 'two')];
  await one.refresh(neverBusy);
  await two.refresh(neverBusy);
  await one.refresh(() => true);
  await two.release();
  expect(await one.refresh(() => true)).toEqual([]);
  expect(one.held()).toEqual(recordShards);
  disconnect(redis);
});

test('leases of a dead collector run out and go to its peer; a taken lease is not renewed by its old owner', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const [dead, living] = [aCollector(redis, 'dead'), aCollector(redis, 'living')];
  await dead.refresh(neverBusy);
  expect(await living.refresh(neverBusy)).toEqual([]);
  const left = await redis.pttl(keys.lease(0));
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(leaseMs);
  // What time does to a dead collector.
  await redis.del(...recordShards.map((shard) => keys.lease(shard)), keys.members);
  expect(await living.refresh(neverBusy)).toEqual(recordShards);
  await dead.refresh(neverBusy);
  expect(dead.held()).toEqual([]);
  disconnect(redis);
});

test('a collector that could not renew for as long as a lease lasts holds nothing', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  let time = 0;
  const paused = aCollector(redis, 'paused', () => time);
  await paused.refresh(neverBusy);
  time = leaseMs - 1;
  expect(paused.held()).toHaveLength(16);
  time = leaseMs;
  expect(paused.held()).toEqual([]);
  disconnect(redis);
});

test('after a partition a collector has its own shards again at once, though their leases were renewed late', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  let time = 0;
  const collector = aCollector(redis, 'cut off', () => time);
  await collector.refresh(neverBusy);
  time = leaseMs;
  expect(collector.held()).toEqual([]);
  // Its leases live on in Redis, as when a renewal of before arrives only now.
  expect(await redis.pttl(keys.lease(0))).toBeGreaterThan(0);
  expect(await collector.refresh(neverBusy)).toEqual(recordShards);
  expect(collector.held()).toEqual(recordShards);
  disconnect(redis);
});
