import { liveShardOf, keys, recordShardOf, recordShards } from '@telltale/stream/keys';
import { listHeartbeats } from '@telltale/stream/heartbeat';
import { askSettled, readSettled, readStoreEpoch } from '@telltale/stream/settled';
import { readStreamLag } from '@telltale/stream/stream-lag';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { lintMetrics } from '@telltale/testkit/lint-metrics';
import { until } from '@telltale/testkit/until';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { batchOf, createRig, lines } from './test-support/rig.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test.concurrent('a lone record is a row at once, in the live channel, acknowledged, and wakes the aggregator', async () => {
  await using rig = await createRig();
  await rig.redis.set(keys.viewers('red'), '1', 'PX', 60_000);
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const call = aRecord('llm_call', {
    model: 'claude-sonnet-4-5',
    provider: 'anthropic',
    input_tokens: 1_000,
    output_tokens: 10,
  });
  const batch = batchOf([call]);
  await rig.publisher.publish(batch);
  const [row] = await until(async () => {
    const rows = await rig.query('select * from llm_call where id = $1', [call.id]);
    return rows.length > 0 ? rows : null;
  });
  expect(row).toMatchObject({ cost_source: 'computed', model: 'claude-sonnet-4-5' });
  expect(Number(row?.['cost_usd'])).toBeGreaterThan(0);

  const [entry] = await until(async () => {
    const entries = await rig.redis.xrange(keys.live(liveShardOf('red')), '-', '+');
    return entries.length > 0 ? entries : null;
  });
  expect(entry?.[1].slice(0, 4)).toEqual(['t', 'red', 'b', `${batch.producer_id}:1`]);
  expect(JSON.parse(entry?.[1][5] ?? '')).toMatchObject({
    records: [{ id: call.id, cost_usd: Number(row?.['cost_usd']), cost_source: 'computed' }],
  });
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  await until(async () => (await rig.redis.keys('{telltale}:fold:*')).length > 0);
});

test.concurrent('a batch published again, also after its first copy was trimmed, is stored once and shown once', async () => {
  await using rig = await createRig();
  await rig.redis.set(keys.viewers('red'), '1', 'PX', 60_000);
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const batch = batchOf(lines(20, 'again'));
  const { shard, entryId } = await rig.publisher.publish(batch);
  await until(async () => !(await rig.publisher.exists({ shard, entryId })));
  for (let copy = 0; copy < 50; copy++) await rig.publisher.publish(batch);
  await rig.publisher.publish(batchOf(lines(1, 'last'), { producer_id: batch.producer_id, seq: 2 }));
  await until(async () => (await rig.linesOf('last')).n === 1);
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  expect(await rig.linesOf('again')).toEqual({ n: 20, ids: 20 });
  expect(await rig.redis.xlen(keys.live(liveShardOf('red')))).toBe(2);
  const [beat] = await until(async () => {
    const beats = await listHeartbeats(rig.redis, 'collector');
    return Number(beats[0]?.details['known']) === 50 ? beats : null;
  });
  expect(beat?.details).toMatchObject({ state: 'running', shards: 16, batches: 2, records: 21, dead_letters: 0 });
});

test.concurrent('an unreadable batch, one of a newer version and one that lies about its name become dead letters', async () => {
  await using rig = await createRig();
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const add = (producer: string, payload: string): Promise<string | null> =>
    rig.redis.xadd(keys.batches(recordShardOf(producer)), '*', 't', 'red', 'p', producer, 's', '1', 'd', payload);
  await add('broken', '{"v":1,');
  await add('newer', JSON.stringify({ ...batchOf(lines(1, 'newer')), v: 2 }));
  await add('liar', JSON.stringify(batchOf(lines(1, 'liar'), { team_id: 'blue', producer_id: 'liar' })));
  await rig.redis.xadd(keys.batches(3), '*', 'x', 'nothing of ours');
  await rig.redis.xadd(keys.batches(4), '*', 't', 'x'.repeat(9_000), 'p', 'nul \u0000', 's', '1', 'd', '');
  await rig.publisher.publish(batchOf(lines(1, 'healthy'), { producer_id: 'healthy' }));
  await until(async () => (await rig.linesOf('healthy')).n === 1);
  await until(async () => (await readSettled(rig.redis, { teamId: 'red', producerId: 'healthy' }))?.stored_seq === 1);
  const letters = await until(async () => {
    const rows = await rig.query('select team_id, producer_id, reason from dead_letter order by producer_id');
    return rows.length === 5 ? rows : null;
  });
  expect(letters.map((letter) => [letter['producer_id'], letter['reason']])).toEqual([
    ['broken', 'unreadable_batch'],
    [expect.stringMatching(/^entry:3:/), 'unreadable_batch'],
    ['liar', 'unreadable_batch'],
    ['newer', 'unsupported_version'],
    ['nul \uFFFD', 'unreadable_batch'],
  ]);
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  expect(await rig.linesOf('liar')).toEqual({ n: 0, ids: 0 });
});

test.concurrent('PostgreSQL away: nothing is acknowledged, and everything is stored when it is back', async () => {
  await using rig = await createRig();
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  await rig.query('alter table log_chunk rename to log_chunk_away');
  for (let seq = 1; seq <= 20; seq++) {
    await rig.publisher.publish(batchOf(lines(5, 'patient'), { producer_id: 'patient', seq }));
  }
  const [beat] = await until(async () => {
    const beats = await listHeartbeats(rig.redis, 'collector');
    return beats[0]?.details['state'] === 'stopped_by_store' ? beats : null;
  });
  expect(String(beat?.details['reason'])).toContain('log_chunk');
  expect((await readStreamLag(rig.redis)).batches).toBe(20);
  await rig.query('alter table log_chunk_away rename to log_chunk');
  await rig.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'telltale-collector' and datname = current_database()`);
  await until(async () => (await rig.linesOf('patient')).n === 100);
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  expect(await rig.linesOf('patient')).toEqual({ n: 100, ids: 100 });
});

test.concurrent('two collectors share the shards, and one that leaves hands its own over at once', async () => {
  await using rig = await createRig();
  const first = await rig.startCollector();
  await using second = await rig.startCollector();
  expect(second).toBeDefined();
  const shares = async (): Promise<string> =>
    (await listHeartbeats(rig.redis, 'collector')).map(({ details }) => String(details['shards'])).join();
  await until(async () => (await shares()) === '8,8');
  const publish = async (agent: string, seq: number): Promise<void> => {
    for (const shard of recordShards) {
      await rig.publisher.publish(batchOf(lines(1, agent), { producer_id: `p-${shard}`, seq }));
    }
  };
  await publish('shared', 1);
  await until(async () => (await rig.linesOf('shared')).n === 16);
  await first[Symbol.asyncDispose]();
  await publish('alone', 2);
  await until(async () => (await rig.linesOf('alone')).n === 16);
  expect(await rig.linesOf('shared')).toEqual({ n: 16, ids: 16 });
  await until(async () => (await shares()) === '16');
});

test.concurrent('FLUSHALL and a restart of Redis in the middle: the flow goes on by itself', async () => {
  await using server = await startPrivateRedis();
  await using rig = await createRig(server);
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const publish = (agent: string, seq: number) =>
    rig.publisher.publish(batchOf(lines(1, agent), { producer_id: 'steady', seq }));
  await publish('before', 1);
  await until(async () => (await rig.linesOf('before')).n === 1);
  await rig.redis.flushall();
  await publish('after flush', 2);
  await until(async () => (await rig.linesOf('after flush')).n === 1);
  server.kill();
  await until(() => server.restart().then(() => true));
  await until(async () => (await publish('after restart', 3)).entryId);
  await until(async () => (await rig.linesOf('after restart')).n === 1);
  expect(await rig.linesOf('after restart')).toEqual({ n: 1, ids: 1 });
});

test.concurrent('a collector tells how much it stored, and starts without metrics when their port is taken', async () => {
  await using rig = await createRig();
  const port = await freePort();
  await using collector = await rig.startCollector({ TELLTALE_METRICS_PORT: String(port) });
  await rig.publisher.publish(batchOf([...lines(3, 'counted'), aRecord('metric')]));
  await until(async () => (await rig.linesOf('counted')).n === 3);
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain('telltale_records_total{stage="stored",kind="log_entry"} 3');
  expect(text).toContain('telltale_records_total{stage="stored",kind="metric"} 1');
  expect(text).toContain('telltale_stream_lag_seconds 0');
  expect(lintMetrics(text)).toEqual([]);
  await using second = await rig.startCollector({ TELLTALE_METRICS_PORT: String(port) });
  expect([collector, second]).toHaveLength(2);
});

test.concurrent('a database without the schema and a Redis that may evict are refused at start', async () => {
  await using server = await startPrivateRedis({ 'maxmemory-policy': 'allkeys-lru' });
  await using rig = await createRig(server);
  await expect(rig.startCollector()).rejects.toThrow(/noeviction/);
  await rig.query('delete from schema_version');
  await expect(rig.startCollector()).rejects.toThrow(/run the migration first/);
});

test.concurrent('producers are told how far they are stored, batches that came twice too, and again when Redis lost the word', async () => {
  await using server = await startPrivateRedis();
  await using rig = await createRig(server);
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const told = () => askSettled(rig.redis, { teamId: 'red', producerId: 'told' });
  const publish = (seq: number, over: object = {}) =>
    rig.publisher.publish(batchOf(lines(1, 'told'), { producer_id: 'told', seq, ...over }));
  const first = batchOf(lines(1, 'told'), { producer_id: 'told', seq: 1 });
  await rig.publisher.publish(first);
  const { store_epoch } = await until(async () => ((await told())?.stored_seq === 1 ? told() : null));
  expect(store_epoch).toMatch(/^[0-9a-f-]{36}$/);
  await publish(4);
  await until(async () => (await told())?.first_gap === 2);
  expect(await told()).toEqual({ stored_seq: 1, first_gap: 2, store_epoch, closed: false });
  await rig.redis.flushall();
  await rig.publisher.publish(first);
  await until(async () => (await told())?.stored_seq === 1);
  await publish(5, { records: [], last_seq: 4, floor: 5 });
  await until(async () => (await told())?.closed);
  expect(await told()).toEqual({ stored_seq: 4, first_gap: null, store_epoch, closed: true });
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
});

test.concurrent('a restored store is shown with another epoch, once every producer’s word is that of the new one', async () => {
  await using rig = await createRig();
  const first = await rig.startCollector();
  await rig.publisher.publish(batchOf(lines(1, 'restored'), { producer_id: 'restored', seq: 1 }));
  await until(async () => (await rig.linesOf('restored')).n === 1);
  const before = await until(() => readStoreEpoch(rig.redis));
  await first[Symbol.asyncDispose]();
  await rig.query(`update store_epoch set epoch = gen_random_uuid()`);
  await using second = await rig.startCollector();
  expect(second).toBeDefined();
  await until(async () => (await readStoreEpoch(rig.redis)) !== before);
  const word = await readSettled(rig.redis, { teamId: 'red', producerId: 'restored' });
  expect(word).toMatchObject({ stored_seq: 1, store_epoch: await readStoreEpoch(rig.redis) });
});
