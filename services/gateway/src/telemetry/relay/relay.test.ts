import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { newStoreEpoch } from '@telltale/store/migrate';
import { decodeBatch, entryFields } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { writeSettled } from '@telltale/stream/settled';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { openRelay, type OpenRelayOptions } from '../open-relay.ts';

const log = createLog({ service: 'test', level: 'silent' });
/** Waits of the relay pass faster; its order of events stays the same. */
const quick: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 50,
  sleep: (ms, signal) => systemClock.sleep(ms / 50, signal),
};

function batchOf(producerId: string, seq: number, over: Partial<StreamBatch> = {}): StreamBatch {
  const records = [aRecord('agent_step'), aRecord('log_entry', { message: `naïve ☃ ${seq}` })];
  return {
    v: 1,
    team_id: 'red',
    producer_id: producerId,
    seq,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records,
    ...over,
  };
}

async function createRig({ commandTimeoutMs = 20_000 }: { commandTimeoutMs?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startPrivateRedis());
  const database = stack.use(await createTestDatabase());
  const { kysely: db, pool } = stack.use(createDatabase({ url: database.url, max: 3, applicationName: 'relay-test' }));
  const redis = stack.adopt(await connectWriter({ url: server.url, name: 'relay', commandTimeoutMs }), disconnect);
  const root = stack.adopt(mkdtempSync(join(tmpdir(), 'relay-')), (folder) => rmSync(folder, { recursive: true }));
  const entries = async (): Promise<StreamBatch[]> => {
    const found: StreamBatch[] = [];
    for (const shard of recordShards) {
      for (const [, fields] of await redis.xrangeBuffer(keys.batches(shard), '-', '+')) {
        const payload = fields[fields.findIndex((field) => field.toString() === entryFields.payload) + 1];
        const decoded = decodeBatch(payload ?? Buffer.alloc(0));
        if (decoded.ok) found.push(decoded.batch);
      }
    }
    return found;
  };
  return {
    server,
    db,
    redis,
    root,
    entries,
    open: (over: Partial<OpenRelayOptions> = {}) =>
      openRelay({ root, db, redis, clock: quick, log, onAccepted: () => {}, ...over }),
    store: (...batches: StreamBatch[]) =>
      storeBatches(
        pool,
        batches.map((batch) => ({ batch, costs: new Map() })),
      ),
    segments: () => readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith('.seg')),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test.concurrent('a taken batch is on the disk and in the stream as it came, floor and account included', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  const batch = batchOf('p', 3, { floor: 2, issued: 40, dropped: { spool_full: 2 } });
  expect(await relay.accept(batch)).toMatchObject({ receipt: expect.stringMatching(/^\d+\/\d+-\d+$/) });
  const without = batchOf('q', 1);
  await relay.accept(without);
  expect(rig.segments()).toHaveLength(1);
  const seen = await rig.entries();
  expect(seen.find(({ producer_id }) => producer_id === 'p')).toEqual(batch);
  expect(seen.find(({ producer_id }) => producer_id === 'q')).not.toHaveProperty('floor');
});

test.concurrent('the same batch again while it waits is not published twice; other records under its number are refused', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  const batch = batchOf('p', 1);
  const first = await relay.accept(batch);
  expect(await relay.accept(batch)).toEqual(first);
  await expect(relay.accept(batchOf('p', 1))).rejects.toMatchObject({ code: 'seq_reused' });
  expect(await rig.entries()).toHaveLength(1);
});

test.concurrent('without Redis nothing is taken: 503 with a time to come back', async () => {
  await using rig = await createRig({ commandTimeoutMs: 1_000 });
  await using relay = await rig.open();
  rig.server.kill();
  await expect(relay.accept(batchOf('p', 1))).rejects.toMatchObject({
    code: 'unavailable',
    retryAfter: expect.any(Number),
  });
  await rig.server.restart();
  await until(() => relay.accept(batchOf('p', 1)).then(() => true));
});

test.concurrent('without room on the disk nothing is taken, and what is stored makes room', async () => {
  await using rig = await createRig();
  await using relay = await rig.open({ limits: { bytes: 3_000, fileBytes: 1_000 } });
  const taken: StreamBatch[] = [];
  const full = await until(async () => {
    const batch = batchOf('p', taken.length + 1);
    const problem = await relay.accept(batch).catch((error: unknown) => error);
    if (problem instanceof Error) return problem;
    taken.push(batch);
    return null;
  });
  expect(full).toMatchObject({ code: 'unavailable', retryAfter: 5 });
  await rig.store(...taken);
  await until(() => relay.accept(batchOf('p', taken.length + 1)).then(() => true));
});

test.concurrent('a folder that cannot be written is refused at start, by the name of its setting', async () => {
  await using rig = await createRig();
  writeFileSync(join(rig.root, 'file'), '');
  await expect(rig.open({ root: join(rig.root, 'file', 'relay') })).rejects.toThrow(/TELLTALE_DATA_DIR: .*may write/);
});

test.concurrent('FLUSHALL: what is not stored comes back into the stream, what is stored does not', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  expect(relay.unstored()).toBe(0);
  const [stored, open] = [batchOf('p', 1), batchOf('p', 2)];
  await relay.accept(stored);
  await relay.accept(open);
  await rig.store(stored);
  await rig.redis.flushall();
  await until(async () => (await rig.entries()).length > 0);
  expect(await rig.entries()).toEqual([open]);
  expect(relay.unstored()).toBe(1);
});

test.concurrent('a gateway that was killed: the next one puts what it left into the stream, once, also behind a torn tail', async () => {
  await using rig = await createRig();
  const batches = [batchOf('p', 1), batchOf('p', 2), batchOf('p', 3)];
  const first = await rig.open();
  for (const batch of batches) await first.accept(batch);
  // The end of a process, as far as the disk shows it: its lock is gone, and its last write was cut short.
  await first[Symbol.asyncDispose]();
  const [segment] = rig.segments();
  const path = join(rig.root, String(segment));
  truncateSync(path, statSync(path).size - 5);
  await rig.redis.flushall();
  await rig.store(...batches.slice(0, 1));
  await using second = await rig.open();
  await until(async () => (await rig.entries()).length > 0);
  expect(await rig.entries()).toEqual([batches[1]]);
  await rig.store(...batches.slice(1));
  await second.accept(batchOf('q', 1));
});

test.concurrent('an outage of the store does not multiply the stream', async () => {
  await using rig = await createRig();
  let asked = 0;
  const away = new Proxy(rig.db, {
    get() {
      asked += 1;
      throw new Error('the store is away');
    },
  });
  await using relay = await rig.open({ db: away });
  await relay.accept(batchOf('p', 1));
  await until(() => asked > 5);
  expect(await rig.entries()).toHaveLength(1);
});

test.concurrent('a number that the store has for other records is not sent for ever: its dead letter ends it', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  await rig.store(batchOf('p', 1));
  const other = batchOf('p', 1);
  await relay.accept(other);
  await rig.redis.flushall();
  await until(async () => (await rig.entries()).length > 0);
  expect(await rig.store(other)).toMatchObject([{ outcome: 'reused' }]);
  await rig.redis.flushall();
  const next = batchOf('p', 2);
  await relay.accept(next);
  await rig.redis.flushall();
  await until(async () => (await rig.entries()).length > 0);
  expect(await rig.entries()).toEqual([next]);
});

test.concurrent('a restored store gets back from the relay what it no longer has', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  const [kept, lost] = [batchOf('p', 1), batchOf('body:x', 1)];
  for (const batch of [kept, lost]) await relay.accept(batch);
  await rig.store(kept, lost);
  // Both are forgotten: a wiped stream stays empty.
  const probe = batchOf('probe', 1);
  await relay.accept(probe);
  await rig.redis.flushall();
  await until(async () => (await rig.entries()).length === 1);
  await rig.store(probe);
  await rig.redis.flushall();
  await rig.db.deleteFrom('batch_ledger').where('producer_id', '=', 'body:x').execute();
  await newStoreEpoch(rig.db);
  await until(async () => (await rig.entries()).length > 0);
  expect(await rig.entries()).toEqual([lost]);
});

test.concurrent('what is settled already: the same batch again is fine, other records are refused, a pruned number says so', async () => {
  await using rig = await createRig();
  const late: number[] = [];
  await using relay = await rig.open({ onLate: ({ records }) => late.push(records.length) });
  const batch = batchOf('p', 1);
  await rig.store(batch);
  const word = { stored_seq: 1, first_gap: null, store_epoch: 'e', closed: false };
  await writeSettled(rig.redis, [{ teamId: 'red', producerId: 'p', ...word }]);
  expect(await relay.accept(batch)).toEqual({ receipt: null, storedSeq: 1 });
  await expect(relay.accept(batchOf('p', 1))).rejects.toMatchObject({ code: 'seq_reused' });
  await rig.db.deleteFrom('batch_ledger').execute();
  await expect(relay.accept(batch)).rejects.toMatchObject({ code: 'seq_settled' });
  expect([late, await rig.entries()]).toEqual([[2], []]);
});

test.concurrent('a message that closes a producer goes through and leaves nothing on the disk', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  const closing = batchOf('p', 8, { records: [], last_seq: 7, issued: 20 });
  await relay.accept(closing);
  expect(await rig.entries()).toEqual([closing]);
  expect(rig.segments()).toEqual([]);
});

test.concurrent('of two batches that come at once under one number, the first is taken and the other refused', async () => {
  await using rig = await createRig();
  await using relay = await rig.open();
  const answers = await Promise.allSettled([relay.accept(batchOf('p', 1)), relay.accept(batchOf('p', 1))]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(answers[1]).toMatchObject({ reason: { code: 'seq_reused' } });
  const same = batchOf('p', 2);
  await Promise.all([relay.accept(same), relay.accept(same)]);
  expect(relay.unstored()).toBe(2);
});
