import { randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { createLog } from '@telltale/runtime/log';
import { systemClock } from '@telltale/runtime/clock';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { connectBlockingReader, connectWriter, disconnect } from './connect.ts';
import { createIntakeGate, guardPublisher, type IntakeGate } from './intake-gate.ts';
import { recordShards } from './keys.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { createShardConsumer } from './shard-consumer.ts';
import { readPressure, type StreamPressure } from './stream-pressure.ts';
import { trimAcknowledged } from './trim.ts';

const log = createLog({ service: 'test', level: 'silent' });
const aBatch = (team: string, message = 'line'): StreamBatch => ({
  v: 1,
  team_id: team,
  producer_id: randomUUID(),
  seq: 1,
  ids_hash: 'a'.repeat(64),
  received_at: '2026-11-21T12:00:00.000Z',
  rejected: 0,
  records: [aRecord('log_entry', { message })],
});

const refusalOf = (gate: Pick<IntakeGate, 'check'>, team = 'red'): string | null => {
  try {
    gate.check(team);
    return null;
  } catch (error) {
    return String(Reflect.get(Object(error), 'reason'));
  }
};

test('what waits is counted by team, from publishing to acknowledging, and whole again after entries vanished', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const reader = await connectBlockingReader({ url: server.url, name: 'reader' });
  const publisher = createBatchPublisher(redis);
  const consumer = createShardConsumer({ redis, reader, instanceId: 'one' });
  for (const team of ['red', 'red', 'blue']) await publisher.publish(aBatch(team));
  const before = await readPressure(redis);
  expect(before.batches).toBe(3);
  expect(before.waitingBytes.get('red')).toBeGreaterThan(before.waitingBytes.get('blue') ?? Infinity);
  const entries = await consumer.read({ shards: recordShards, count: 10, blockMs: 10 });
  await consumer.acknowledge(entries);
  await consumer.acknowledge(entries);
  expect((await readPressure(redis)).waitingBytes.size).toBe(0);

  const { shard, entryId } = await publisher.publish(aBatch('red'));
  await redis.xdel(`tt:{r${String(shard).padStart(2, '0')}}:batches`, entryId);
  const kept = await publisher.publish(aBatch('blue'));
  expect((await readPressure(redis)).waitingBytes.get('red')).toBeGreaterThan(0);
  await consumer.acknowledge(await consumer.read({ shards: recordShards, count: 10, blockMs: 10 }));
  for (const one of recordShards) await trimAcknowledged(redis, one);
  if (kept.shard === shard) expect((await readPressure(redis)).waitingBytes.size).toBe(0);
  disconnect(reader);
  disconnect(redis);
});

test('the gate closes at its marks, for all or for one team, and opens again only well below them', async () => {
  const quiet: StreamPressure = { usedBytes: 10, limitBytes: 100, batches: 0, oldestMs: 0, waitingBytes: new Map() };
  let now = quiet;
  const clock = createManualClock();
  const redis = null as never;
  const limits = { lagMs: 10_000, teamShare: 0.5 };
  await using gate = createIntakeGate({ redis, limits, clock, log, read: async () => now });
  const after = async (change: Partial<StreamPressure>, team?: string): Promise<string | null> => {
    now = { ...quiet, ...change };
    await until(() => clock.sleepers() === 1);
    clock.advance(1_000);
    await until(() => gate.state().pressure?.usedBytes === now.usedBytes && clock.sleepers() === 1);
    return refusalOf(gate, team);
  };
  expect(await after({ usedBytes: 79 })).toBeNull();
  expect(await after({ usedBytes: 80 })).toBe('memory');
  expect(await after({ usedBytes: 71 })).toBe('memory');
  expect(await after({ usedBytes: 70 })).toBeNull();
  expect(await after({ usedBytes: 11, oldestMs: 10_000 })).toBe('lag');
  expect(await after({ usedBytes: 12, oldestMs: 5_001 })).toBe('lag');
  expect(await after({ usedBytes: 13, oldestMs: 5_000 })).toBeNull();
  const waits = (red: number) => ({
    waitingBytes: new Map([
      ['red', red],
      ['blue', 1],
    ]),
  });
  expect(await after({ usedBytes: 14, ...waits(40) })).toBe('team_share');
  expect(refusalOf(gate, 'blue')).toBeNull();
  expect(await after({ usedBytes: 15, ...waits(21) })).toBe('team_share');
  expect(await after({ usedBytes: 16, ...waits(20) })).toBeNull();
});

test('at 80 % of maxmemory producers beside the gateway are refused before Redis is full, and let in once it drained', async () => {
  await using server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const clock = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(10, signal) };
  await using gate = createIntakeGate({ redis, limits: { lagMs: 60_000, teamShare: 1 }, clock, log });
  const publisher = guardPublisher(createBatchPublisher(redis), gate);
  await publisher.publish(aBatch('red'));
  const { usedBytes } = await readPressure(redis);
  await redis.config('SET', 'maxmemory', String(Math.floor(usedBytes / 0.85)));
  const refused = await until(() =>
    publisher.publish(aBatch('red')).then(
      () => null,
      (error: unknown) => error,
    ),
  );
  expect(refused).toMatchObject({ code: 'unavailable', reason: 'memory', retryAfter: 5 });
  await redis.config('SET', 'maxmemory', '0');
  await until(() =>
    publisher.publish(aBatch('red')).then(
      () => true,
      () => false,
    ),
  );
  disconnect(redis);
});
