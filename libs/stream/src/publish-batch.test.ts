import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { decodeBatch } from './batch-codec.ts';
import { connectWriter, disconnect, refuseEviction } from './connect.ts';
import { keys, recordShardOf } from './keys.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { StreamUnavailableError } from './stream-error.ts';

const aBatch = (records: number, producerId = 'p-1'): StreamBatch => ({
  v: 1,
  team_id: 'red',
  producer_id: producerId,
  seq: 1,
  ids_hash: createHash('sha256').update(String(records)).digest('hex'),
  received_at: '2026-11-21T12:00:00.000Z',
  rejected: 0,
  records: Array.from({ length: records }, () => aRecord('log_entry', { message: 'naïve ☃ line' })),
});

test('a batch is one entry of its shard, whose payload reads back as it was', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const publisher = createBatchPublisher(redis);
  for (const size of [1, 500]) {
    const batch = aBatch(size);
    const { shard, entryId } = await publisher.publish(batch);
    expect(shard).toBe(recordShardOf(batch.producer_id));
    const [entry] = await redis.xrangeBuffer(keys.batches(shard), entryId, entryId);
    const fields = entry?.[1] ?? [];
    expect(fields.slice(0, 7).map(String)).toEqual(['t', 'red', 'p', 'p-1', 's', '1', 'd']);
    const decoded = decodeBatch(fields[7] ?? Buffer.alloc(0));
    expect(decoded).toMatchObject({ ok: true, batch });
    expect(await publisher.exists({ shard, entryId })).toBe(true);
    expect(await publisher.exists({ shard, entryId: '1-1' })).toBe(false);
  }
  disconnect(redis);
});

test('producers spread over all shards', () => {
  const shards = new Set(Array.from({ length: 300 }, (_, number) => recordShardOf(`producer-${number}`)));
  expect(shards.size).toBe(16);
});

test('an unreadable or newer payload says so instead of throwing', () => {
  const newer = Buffer.from(JSON.stringify({ ...aBatch(1), v: 2 }));
  expect(decodeBatch(newer)).toMatchObject({ ok: false, reason: 'unsupported_version' });
  for (const bytes of [
    Buffer.from('{'),
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]),
    Buffer.alloc(0),
    Buffer.from('[]'),
  ]) {
    expect(decodeBatch(bytes)).toMatchObject({ ok: false, reason: 'unreadable_batch' });
  }
});

test('a full Redis and one that is away are 503 with a retry-after', async () => {
  await using server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'test', commandTimeoutMs: 30_000 });
  const hasty = await connectWriter({ url: server.url, name: 'hasty', commandTimeoutMs: 1_000 });
  const publisher = createBatchPublisher(redis);
  await publisher.publish(aBatch(1));
  await redis.config('SET', 'maxmemory', '1mb');
  const full = await publisher.publish(aBatch(500)).catch((error: unknown) => error);
  expect(full).toBeInstanceOf(StreamUnavailableError);
  expect(full).toMatchObject({ code: 'unavailable', trouble: 'memory_full', retryAfter: 5 });
  await redis.config('SET', 'maxmemory', '0');
  await redis.call('CLIENT', 'PAUSE', '60000', 'ALL');
  const hung = await createBatchPublisher(hasty)
    .publish(aBatch(1))
    .catch((error: unknown) => error);
  expect(hung).toMatchObject({ code: 'unavailable', trouble: 'unreachable', retryAfter: 2 });
  disconnect(hasty);
  disconnect(redis);
});

test('publishing goes on by itself after Redis was killed and is back', async () => {
  await using server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const publisher = createBatchPublisher(redis);
  server.kill();
  await expect(publisher.publish(aBatch(1))).rejects.toMatchObject({ trouble: 'unreachable' });
  await until(() => server.restart().then(() => true));
  await until(() => publisher.publish(aBatch(1)).then(() => true));
  disconnect(redis);
});

test('a Redis that may evict is refused with the command that repairs it', async () => {
  await using server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  await refuseEviction(redis);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect(refuseEviction(redis)).rejects.toThrow(/allkeys-lru.*CONFIG SET maxmemory-policy noeviction/s);
  disconnect(redis);
});
