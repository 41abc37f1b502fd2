import { systemClock } from '@telltale/runtime/clock';
import { decodeBatch, entryFields } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { createStreamTransport } from './stream-transport.ts';
import {
  aBatch,
  patientMs,
  transportConformance,
  type ArrivedBatch,
  type ConformanceRig,
} from './transport-conformance.ts';

const never = new AbortController().signal;

async function streamRig(answerMs = patientMs) {
  const server = await startPrivateRedis();
  const redis = await connectWriter({ url: server.url, name: 'producer', commandTimeoutMs: answerMs });
  const stored = new Map<string, number>();
  const transport = createStreamTransport({
    publisher: createBatchPublisher(redis),
    teamId: 'red',
    clock: systemClock,
    async settled(producerId) {
      await redis.ping();
      return { stored_seq: stored.get(producerId) ?? 0, first_gap: null, store_epoch: null, closed: false };
    },
  });
  const rig: ConformanceRig = {
    transport,
    async arrived() {
      const found: ArrivedBatch[] = [];
      for (const shard of recordShards) {
        for (const [, fields] of await redis.xrangeBuffer(keys.batches(shard), '-', '+')) {
          const payload = fields[fields.findIndex((field) => field.toString() === entryFields.payload) + 1];
          const decoded = decodeBatch(payload ?? Buffer.alloc(0));
          if (decoded.ok) found.push(decoded.batch);
        }
      }
      return found;
    },
    async goAway() {
      server.kill();
    },
    comeBack: () => server.restart(),
    async hang() {
      const patient = await connectWriter({ url: server.url, name: 'pause', commandTimeoutMs: patientMs });
      await patient.call('CLIENT', 'PAUSE', '60000', 'ALL');
      disconnect(patient);
    },
    async store(producerId, seq) {
      stored.set(producerId, seq);
    },
    async [Symbol.asyncDispose]() {
      disconnect(redis);
      await server[Symbol.asyncDispose]();
    },
  };
  return { ...rig, redis };
}

transportConformance('stream', streamRig);

test('a batch whose entry is gone from the stream is missing, until the store has it', async () => {
  await using rig = await streamRig();
  const sent: { seq: number; receipt: string | null }[] = [];
  for (const seq of [1, 2]) {
    const result = await rig.transport.send(aBatch(seq, [aRecord('agent_step')]), never);
    sent.push({ seq, receipt: result.outcome === 'taken' ? result.receipt : null });
  }
  await rig.redis.flushall();
  const { producer_id } = aBatch(1, []);
  await rig.store(producer_id, 1);
  expect(await rig.transport.inquire(producer_id, sent, never)).toMatchObject({ stored_seq: 1, missing: [2] });
});
