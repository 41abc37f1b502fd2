import type { StreamBatch } from '@telltale/contracts/batch';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { connectWriter, disconnect } from './connect.ts';
import { collectorGroup, keys, recordShardOf } from './keys.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { readStreamLag } from './stream-lag.ts';

const batch = (seq: number): StreamBatch => ({
  v: 1,
  team_id: 'red',
  producer_id: 'p',
  seq,
  ids_hash: '0'.repeat(64),
  received_at: '2026-11-21T12:00:00.000Z',
  rejected: 0,
  records: [],
});

test('a batch counts from when it is published until it is acknowledged', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const key = keys.batches(recordShardOf('p'));
  const publisher = createBatchPublisher(redis);
  expect(await readStreamLag(redis)).toEqual({ batches: 0, oldest_ms: 0 });

  const { entryId } = await publisher.publish(batch(1));
  expect(await readStreamLag(redis)).toMatchObject({ batches: 1 });
  await redis.xgroup('CREATE', key, collectorGroup, '0');
  await publisher.publish(batch(2));
  await until(async () => (await readStreamLag(redis)).oldest_ms > 0);
  expect(await readStreamLag(redis)).toMatchObject({ batches: 2 });

  await redis.xreadgroup('GROUP', collectorGroup, 'c', 'STREAMS', key, '>');
  expect(await readStreamLag(redis)).toMatchObject({ batches: 2 });
  await redis.xack(key, collectorGroup, entryId);
  expect(await readStreamLag(redis)).toMatchObject({ batches: 1 });
  disconnect(redis);
});
