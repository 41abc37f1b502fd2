import type { StreamBatch } from '@telltale/contracts/batch';
import { startFaultProxy } from '@telltale/testkit/fault-proxy';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { connectBlockingReader, connectWriter, disconnect, type StreamConnection } from './connect.ts';
import { collectorGroup, keys, recordShardOf, recordShards } from './keys.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { createShardConsumer } from './shard-consumer.ts';
import { readStreamLag } from './stream-lag.ts';
import { trimAcknowledged } from './trim.ts';

const batch = (seq: number, producerId = 'p'): StreamBatch => ({
  v: 1,
  team_id: 'red',
  producer_id: producerId,
  seq,
  ids_hash: '0'.repeat(64),
  received_at: new Date().toISOString(),
  rejected: 0,
  records: [aRecord('metric')],
});

async function aStream(url: string) {
  const redis = await connectWriter({ url, name: 'test' });
  const readers: StreamConnection[] = [];
  return {
    redis,
    publisher: createBatchPublisher(redis),
    consumer: async (instanceId: string) => {
      const reader = await connectBlockingReader({ url, name: instanceId });
      readers.push(reader);
      return createShardConsumer({ redis, reader, instanceId });
    },
    [Symbol.dispose]() {
      for (const connection of [redis, ...readers]) disconnect(connection);
    },
  };
}
const everything = { shards: recordShards, count: 100, blockMs: 1_000 };

test('a consumer reads what was published before it existed, and what comes while it waits', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const consumer = await stream.consumer('c-1');
  await stream.publisher.publish(batch(1));
  const [first] = await consumer.read(everything);
  expect(first).toMatchObject({ shard: recordShardOf('p'), teamId: 'red', producerId: 'p', seq: 1 });
  const waiting = consumer.read({ ...everything, blockMs: 30_000 });
  await stream.publisher.publish(batch(2));
  expect(await waiting).toMatchObject([{ seq: 2 }]);
  expect(await consumer.read({ ...everything, blockMs: 1 })).toEqual([]);
});

test('what a dead consumer had pending is taken over, page by page, until it is acknowledged', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const [dead, living] = [await stream.consumer('dead'), await stream.consumer('living')];
  for (let seq = 1; seq <= 5; seq++) await stream.publisher.publish(batch(seq));
  await dead.read(everything);

  const shard = recordShardOf('p');
  const busy = await living.recover({ shard, minIdleMs: 60_000 });
  expect(busy).toEqual({ entries: [], deleted: [], cursor: null });
  const first = await living.recover({ shard, minIdleMs: 0, limit: 3 });
  expect(first.entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const rest = await living.recover({ shard, minIdleMs: 0, limit: 3, cursor: first.cursor ?? '' });
  expect([rest.entries.map(({ seq }) => seq), rest.cursor]).toEqual([[4, 5], null]);

  await living.acknowledge([...first.entries, ...rest.entries]);
  expect(await living.recover({ shard, minIdleMs: 0 })).toEqual({ entries: [], deleted: [], cursor: null });
});

test('entries that were deleted under a reader are reported, not lost in silence', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const consumer = await stream.consumer('c-1');
  const { shard, entryId } = await stream.publisher.publish(batch(1));
  await stream.publisher.publish(batch(2));
  await consumer.read(everything);
  await stream.redis.xdel(keys.batches(shard), entryId);
  const { entries, deleted } = await consumer.recover({ shard, minIdleMs: 0 });
  expect([entries.map(({ seq }) => seq), deleted]).toEqual([[2], [entryId]]);
});

test('after FLUSHALL the groups are made anew and the flow goes on', async () => {
  await using server = await startPrivateRedis();
  using stream = await aStream(server.url);
  const consumer = await stream.consumer('c-1');
  await stream.publisher.publish(batch(1));
  await consumer.read(everything);
  const waiting = consumer.read({ ...everything, blockMs: 30_000 });
  await until(async () => String(await stream.redis.client('LIST')).includes('cmd=xreadgroup'));
  await stream.redis.flushall();
  await stream.publisher.publish(batch(2));
  expect(await waiting).toMatchObject([{ seq: 2 }]);
  await stream.redis.flushall();
  expect(await consumer.recover({ shard: 3, minIdleMs: 0 })).toMatchObject({ entries: [] });
});

test('trimming removes acknowledged entries only, also under a second group', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const consumer = await stream.consumer('c-1');
  const shard = recordShardOf('p');
  expect(await trimAcknowledged(stream.redis, shard)).toBe(0);
  for (let seq = 1; seq <= 6; seq++) await stream.publisher.publish(batch(seq));
  expect(await trimAcknowledged(stream.redis, shard)).toBe(0);
  const entries = await consumer.read({ ...everything, count: 5 });
  expect(await trimAcknowledged(stream.redis, shard)).toBe(0);

  await consumer.acknowledge(entries.filter(({ seq }) => seq !== 3));
  expect(await trimAcknowledged(stream.redis, shard)).toBe(2);
  expect(await readStreamLag(stream.redis)).toMatchObject({ batches: 2 });
  await stream.redis.xgroup('CREATE', keys.batches(shard), 'others', '0');
  await consumer.acknowledge(entries);
  expect(await trimAcknowledged(stream.redis, shard)).toBe(0);
  await stream.redis.xgroup('DESTROY', keys.batches(shard), 'others');
  expect(await trimAcknowledged(stream.redis, shard)).toBe(3);
  expect(await consumer.read(everything)).toMatchObject([{ seq: 6 }]);
});

test('consumers of dead collectors are forgotten once nothing of theirs is pending', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const [dead, living] = [await stream.consumer('dead'), await stream.consumer('living')];
  await stream.publisher.publish(batch(1));
  const entries = await dead.read(everything);
  const shard = recordShardOf('p');
  await living.forgetIdleConsumers(shard);
  const consumers = async (): Promise<number> =>
    ((await stream.redis.xinfo('CONSUMERS', keys.batches(shard), collectorGroup)) as unknown[]).length;
  expect(await consumers()).toBe(1);
  await dead.acknowledge(entries);
  await living.forgetIdleConsumers(shard);
  expect(await consumers()).toBe(1);
});

test('how often a batch was begun alone survives the one who began it', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const [dead, living] = [await stream.consumer('dead'), await stream.consumer('living')];
  await stream.publisher.publish(batch(1));
  const [entry] = await dead.read(everything);
  if (entry === undefined) throw new Error('nothing was read');
  expect(await dead.beginAlone(entry)).toBe(1);
  expect(await living.beginAlone(entry)).toBe(2);
  await living.endAlone(entry);
  expect(await living.beginAlone(entry)).toBe(1);
});

test('an answer that comes long after the wait should have ended is read all the same', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const { hostname: host, port } = new URL(server.url);
  await using proxy = await startFaultProxy({ target: { host, port: Number(port) } });
  const reader = await connectBlockingReader({ url: proxy.through(server.url), name: 'late', longestBlockMs: 200 });
  const consumer = createShardConsumer({ redis: stream.redis, reader, instanceId: 'late' });
  await stream.publisher.publish(batch(1));
  proxy.add({ kind: 'latency', ms: 1_000 }, 'down');
  expect(await consumer.read({ ...everything, blockMs: 200 })).toMatchObject([{ seq: 1 }]);
  disconnect(reader);
});

test('a read without any answer fails, and after it the reader reads on a new connection', async () => {
  await using server = await createTestRedis();
  using stream = await aStream(server.url);
  const { hostname: host, port } = new URL(server.url);
  await using proxy = await startFaultProxy({ target: { host, port: Number(port) } });
  const reader = await connectBlockingReader({ url: proxy.through(server.url), name: 'cut off', longestBlockMs: 50 });
  const consumer = createShardConsumer({ redis: stream.redis, reader, instanceId: 'cut off' });
  const waiting = { ...everything, blockMs: 50 };
  expect(await consumer.read(waiting)).toEqual([]);
  const end = proxy.add({ kind: 'blackhole' }, 'both');
  await expect(consumer.read(waiting)).rejects.toThrow('Command timed out');
  end();
  await stream.publisher.publish(batch(1));
  const found = await until(async () => {
    const { entries } = await consumer.recover({ shard: recordShardOf('p'), minIdleMs: 0 });
    const read = await consumer.read(waiting).catch(() => []);
    return entries.length + read.length > 0 ? [...entries, ...read] : null;
  });
  expect(found).toMatchObject([{ seq: 1 }]);
  disconnect(reader);
});
