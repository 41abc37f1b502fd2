import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { nothing } from '@telltale/testkit/nothing';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { openFileSpool, type SpoolLimits } from '../spool/file-spool.ts';
import { createMemorySpool } from '../spool/memory-spool.ts';
import {
  refusal,
  startScriptedGateway,
  taken,
  type ScriptedGateway,
  type SeenBatch,
} from '../test-support/scripted-gateway.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { createRecorder } from './recorder.ts';

const log = createLog({ service: 'test', level: 'silent' });
const newId = createUuidV7();
/** Waits of the product pass faster; its order of events stays the same. */
const quick: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 50,
  sleep: (ms, signal) => systemClock.sleep(ms / 50, signal),
};

async function setUp(limits: Partial<SpoolLimits>) {
  const root = temporaryFolder();
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k', timeoutMs: 10_000 });
  const producerId = newId();
  const spool = await openFileSpool({ root, producerId, url: gateway.url, team: 't', clock: quick, log, limits });
  const identity = { agent_id: 'a' };
  const recorder = createRecorder({ transport, spool, identity, newId, clock: quick, log, limits: { records: 5 } });
  onTestFinished(async () => {
    await recorder.close({ timeoutMs: 0 });
    await transport.close();
    await gateway[Symbol.asyncDispose]();
  });
  return { gateway, recorder, folder: join(root, producerId) };
}

/** Settles as the collector does: contiguous, and gaps under the floor are closed. */
function collecting(gateway: ScriptedGateway): void {
  const stored = new Set<number>();
  let floor = 1;
  const settled = (): number => {
    let seq = 0;
    while (stored.has(seq + 1) || seq + 1 < floor) seq += 1;
    return seq;
  };
  gateway.answer = (batch) => {
    stored.add(batch.seq);
    floor = Math.max(floor, batch.floor);
    return taken(batch);
  };
  gateway.state = () => {
    const stored_seq = settled();
    return Math.max(...stored) > stored_seq ? { stored_seq, first_gap: stored_seq + 1 } : { stored_seq };
  };
}

const text = 'x'.repeat(400);
const sample = { kind: 'process_sample', pid: 1, cpu_percent: 1, memory_bytes: 1, threads: 1, processes: 1 } as const;
const line = { kind: 'log_entry', level: 'info', source: 'stdout', message: text } as const;
const call = { kind: 'llm_call', model: 'm', status: 'ok', origin: 'sdk', error_message: text } as const;

test('a full spool loses samples, then logs, books each, and everything else is stored in the end', async () => {
  const { gateway, recorder } = await setUp({ bytes: 150_000, segmentBytes: 6_000 });
  gateway.answer = () => refusal('unavailable');
  recorder.record(call);
  await until(() => recorder.stats().failures > 0);
  for (let i = 0; i < 100; i += 1) {
    for (const draft of [sample, line, line, call]) recorder.record(draft);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await until(() => (recorder.stats().dropped['spool_full'] ?? 0) > 0 && recorder.stats().unsent > 0);
  gateway.seen.length = 0;
  collecting(gateway);
  await until(() => recorder.settledSeq() === recorder.lastSeq());

  const { issued, dropped, unsent } = recorder.stats();
  const arrived = new Map<string, string>();
  for (const record of gateway.seen.flatMap((batch) => batch.records)) arrived.set(record.id, record.kind);
  const kinds = [...arrived.values()];
  const arrivedOf = (kind: string): number => kinds.filter((one) => one === kind).length;
  expect(issued).toBe(401);
  expect(unsent).toBe(0);
  expect(arrivedOf('llm_call')).toBe(101);
  expect(arrived.size + (dropped['spool_full'] ?? 0)).toBe(issued);
  expect(arrivedOf('process_sample')).toBeLessThan(100);
});

test('a spool that takes no more does not keep records from a door that answers', async () => {
  const { gateway, recorder, folder } = await setUp({ segmentBytes: 1 });
  recorder.record(call);
  await recorder.flush(500_000);
  rmSync(folder, { recursive: true });
  for (let i = 0; i < 20; i += 1) recorder.record(call);
  expect(await recorder.flush(500_000)).toBe(true);
  expect(gateway.seen.flatMap((batch) => batch.records)).toHaveLength(21);
  expect(recorder.stats()).toMatchObject({ dropped: nothing, unsent: 0 });
});

test('a batch whose file is gone is booked, and those after it are sent', async () => {
  const { gateway, recorder, folder } = await setUp({ segmentBytes: 1 });
  // Long enough that nothing is under way when the file goes.
  gateway.answer = () => refusal('unavailable', { 'retry-after': '25' });
  recorder.record(call);
  await until(() => recorder.stats().failures > 0);
  rmSync(folder, { recursive: true });
  recorder.record(call);
  gateway.answer = (batch) => taken(batch);
  await until(() => recorder.stats().unsent === 0);
  expect(recorder.stats().dropped).toEqual({ spool_damaged: 1 });
  expect(gateway.seen.at(-1)?.seq).toBe(2);
});

test('a caller that waits for room loses nothing, however fast it records', async () => {
  const { gateway, recorder } = await setUp({});
  const long = { ...line, message: 'y'.repeat(60_000) };
  for (let i = 0; i < 400; i += 1) {
    recorder.record(long);
    await recorder.room();
  }
  expect(await recorder.flush(500_000)).toBe(true);
  expect(recorder.stats()).toMatchObject({ issued: 400, dropped: nothing });
  expect(new Set(gateway.seen.flatMap((batch) => batch.records.map((record) => record.id))).size).toBe(400);
});

test('new records do not wait for the backlog of an outage', async () => {
  const { gateway, recorder } = await setUp({});
  gateway.answer = () => refusal('unavailable');
  for (let i = 0; i < 500; i += 1) recorder.record(line);
  // The second failure is that of a lone probe: nothing else is under way then.
  await until(() => recorder.stats().failures > 1 && recorder.stats().unsent === 500);
  gateway.seen.length = 0;
  let fresh: string | null = null;
  const isFresh = (batch: SeenBatch): boolean => batch.records.some((record) => record.id === fresh);
  let answers = 0;
  gateway.answer = (batch) => (isFresh(batch) || ++answers === 1 ? taken(batch) : 'hang');
  // What is recorded before the producer knows that the door is open again is backlog itself.
  await until(() => recorder.stats().failures === 0);
  fresh = recorder.record(call);
  await until(() => gateway.seen.some(isFresh) && gateway.seen.length > 3);
  const backlog = gateway.seen.filter((batch) => !isFresh(batch)).map((batch) => batch.seq);
  expect(backlog.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
});

test('a batch whose word comes while it is read back to be sent again is stored, not dropped', async () => {
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k' });
  const producerId = newId();
  const root = temporaryFolder();
  const spool = await openFileSpool({ root, producerId, url: gateway.url, team: 't', clock: quick, log });
  const reading = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const slow = {
    ...spool,
    async read(seq: number) {
      reading.resolve();
      await settled.promise;
      return spool.read(seq);
    },
    settle(seq: number) {
      spool.settle(seq);
      if (seq === 2) settled.resolve();
    },
  };
  const recorder = createRecorder({ transport, spool: slow, identity: { agent_id: 'a' }, newId, clock: quick, log });
  gateway.answer = (batch) => (batch.seq === 1 ? taken(batch) : 'reset');
  recorder.record(call);
  await until(() => gateway.seen.length === 1);
  recorder.record(call);
  await reading.promise;
  gateway.state = () => ({ stored_seq: 2 });
  await settled.promise;
  gateway.answer = (batch) => taken(batch);
  recorder.record(call);
  await until(() => gateway.seen.some(({ seq }) => seq === 3));
  const { issued, dropped } = await recorder.close({ timeoutMs: 5_000 });
  expect({ issued, dropped }).toEqual({ issued: 3, dropped: {} });
  await transport.close();
  await gateway[Symbol.asyncDispose]();
});

test('a disk that hangs does not keep a process from ending', async () => {
  await using gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k' });
  const spool = { ...createMemorySpool(newId()), append: () => new Promise<void>(() => {}) };
  const recorder = createRecorder({ transport, spool, identity: { agent_id: 'a' }, newId, clock: quick, log });
  recorder.record(call);
  expect(await recorder.close({ timeoutMs: 500 })).toMatchObject({ issued: 1, unsent: 1 });
  await transport.close();
});

test('while the disk takes nothing what is held in memory has a bound: logs beyond it are booked, kept records have room', async () => {
  await using gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k' });
  const spool = { ...createMemorySpool(newId()), append: () => new Promise<void>(() => {}) };
  const recorder = createRecorder({ transport, spool, identity: { agent_id: 'a' }, newId, clock: quick, log });
  const lines = 700;
  for (let i = 0; i < lines; i += 1) recorder.record({ ...line, message: 'y'.repeat(60_000) });
  const booked = (): number => recorder.stats().unsent + (recorder.stats().dropped['memory_full'] ?? 0);
  await until(() => booked() === lines);
  const { dropped } = recorder.stats();
  expect(dropped['memory_full']).toBeGreaterThan(0);
  recorder.record(call);
  await until(() => booked() === lines + 1);
  expect(recorder.stats()).toMatchObject({ issued: lines + 1, dropped });
  await recorder.close({ timeoutMs: 0 });
  await transport.close();
});
