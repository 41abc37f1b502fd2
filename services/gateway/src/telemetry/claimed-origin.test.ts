import { connectBlockingReader, connectWriter, disconnect } from '@telltale/stream/connect';
import { decodeBatch } from '@telltale/stream/batch-codec';
import { recordShards } from '@telltale/stream/keys';
import { createShardConsumer } from '@telltale/stream/shard-consumer';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { createTestGateway } from '../test-support/test-gateway.ts';

test('only a key of a runner can say that our proxy read the answer: from any other it is the word of an SDK', async () => {
  await using t = await createTestGateway();
  const redis = await connectWriter({ url: t.redisUrl, name: 'test' });
  const reader = await connectBlockingReader({ url: t.redisUrl, name: 'reader' });
  const consumer = createShardConsumer({ redis, reader, instanceId: 'one' });
  const originsFrom = async (...scopes: ('ingest' | 'runner')[]) => {
    const records = (['proxy', 'otlp', 'stdout'] as const).map((origin) =>
      aRecord('llm_call', { origin, reported_cost_usd: 1 }),
    );
    const answer = await t.gateway.http.inject({
      method: 'POST',
      url: '/api/v1/telemetry',
      headers: await t.as('red', ...scopes),
      payload: { records },
    });
    expect(answer.statusCode).toBe(202);
    const entries = await consumer.read({ shards: recordShards, count: 10, blockMs: 5_000 });
    await consumer.acknowledge(entries);
    return entries.flatMap(({ payload }) => {
      const decoded = decodeBatch(payload);
      return decoded.ok ? decoded.batch.records.map((record) => ('origin' in record ? record.origin : null)) : [];
    });
  };
  expect(await originsFrom('ingest')).toEqual(['sdk', 'otlp', 'stdout']);
  expect(await originsFrom('ingest', 'runner')).toEqual(['proxy', 'otlp', 'stdout']);
  expect(await originsFrom('runner')).toEqual(['proxy', 'otlp', 'stdout']);
  disconnect(reader);
  disconnect(redis);
});
