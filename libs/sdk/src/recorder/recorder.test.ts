import { createLog } from '@telltale/runtime/log';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { nothing } from '@telltale/testkit/nothing';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { createMemorySpool } from '../spool/memory-spool.ts';
import { refusal, startScriptedGateway, taken, type ScriptedGateway } from '../test-support/scripted-gateway.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { createRecorder, type Recorder, type RecorderDeps } from './recorder.ts';

const newId = createUuidV7();
const log = createLog({ service: 'test', level: 'silent' });

async function setUp(overrides: Partial<RecorderDeps> = {}): Promise<{ gateway: ScriptedGateway; recorder: Recorder }> {
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'tt_key', timeoutMs: 30_000 });
  const recorder = createRecorder({
    transport,
    spool: createMemorySpool(newId()),
    identity: { agent_id: 'builder', host: 'box' },
    newId,
    clock: systemClock,
    log,
    random: () => 0,
    ...overrides,
  });
  onTestFinished(async () => {
    await recorder.close({ timeoutMs: 0 });
    await transport.close();
    await gateway[Symbol.asyncDispose]();
  });
  return { gateway, recorder };
}

const line = (message: string) => ({ kind: 'log_entry', level: 'info', message, source: 'stdout' }) as const;
const call = { kind: 'llm_call', model: 'm', status: 'ok', origin: 'sdk' } as const;

test('a lone record leaves at once, filled in and valid', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock });
  const id = recorder.record(call);
  await until(() => gateway.seen.length === 1);
  const [batch] = gateway.seen;
  expect(batch).toMatchObject({ producer_id: recorder.producerId, seq: 1, floor: 1, issued: 1, dropped: nothing });
  expect(batch?.records).toEqual([
    { ...call, v: 1, id, at: '2026-01-01T00:00:00.000Z', agent_id: 'builder', host: 'box' },
  ]);
  expect(parseRecord(batch?.records[0])).toMatchObject({ ok: true });
  expect(gateway.headers[0]?.authorization).toBe('Bearer tt_key');
});

test('a process that ends at once has what waits, and what is on its way to the disk, each once under its number', async () => {
  const memory = createMemorySpool(newId());
  const begun: number[] = [];
  const disk = Promise.withResolvers<void>();
  const spool = {
    ...memory,
    inMemory: () => [],
    append(batch: Parameters<typeof memory.append>[0]): Promise<void> {
      begun.push(batch.seq);
      return batch.seq === 1 ? memory.append(batch) : disk.promise;
    },
  };
  const { gateway, recorder } = await setUp({ spool });
  const first = recorder.record(call);
  await until(() => gateway.seen.length === 1);
  const second = recorder.record(call);
  await until(() => begun.length === 2);
  const third = recorder.record(call);
  const left = recorder.leave();
  expect(left.map(({ seq, count, issued }) => [seq, count, issued])).toEqual([
    [2, 1, 2],
    [3, 1, 3],
  ]);
  const ids = left.flatMap((batch) => (JSON.parse(batch.records_json) as { id: string }[]).map(({ id }) => id));
  expect(ids).toEqual([second, third]);
  expect(ids).not.toContain(first);
  disk.resolve();
});

test('a process without a disk that ends at once has all that is not stored, each once', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answer = () => refusal('unavailable');
  const first = recorder.record(call);
  await until(() => gateway.seen.length === 1);
  const second = recorder.record(call);
  const left = recorder.leave();
  expect(left.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(left.map(({ records_json }) => (JSON.parse(records_json) as { id: string }[]).map(({ id }) => id))).toEqual([
    [first],
    [second],
  ]);
});

test('records of one turn share a batch, and droppable kinds never ride with kept ones', async () => {
  const { gateway, recorder } = await setUp();
  for (let i = 0; i < 20; i += 1) {
    recorder.record(line(`line ${i}`));
    recorder.record(call);
  }
  expect(await recorder.flush()).toBe(true);
  expect(gateway.seen.map((batch) => new Set(batch.records.map((record) => record.kind)).size)).toEqual([1, 1]);
  expect(gateway.seen.map((batch) => batch.records.length)).toEqual([20, 20]);
});

test('under load records linger until the batch is full or the linger time is over', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock, limits: { records: 50 } });
  for (let i = 0; i < 4; i += 1) {
    recorder.record(line(`calm ${i}`));
    await until(() => gateway.seen.length === i + 1);
  }
  for (let i = 0; i < 60; i += 1) recorder.record(line(`busy ${i}`));
  await until(() => gateway.seen.length === 5);
  expect(gateway.seen[4]?.records).toHaveLength(50);
  clock.advance(200);
  await until(() => gateway.seen.length === 6);
  expect(gateway.seen[5]?.records).toHaveLength(10);
});

test('a batch stays under its byte limit', async () => {
  const { gateway, recorder } = await setUp({ limits: { bytes: 10_000 } });
  for (let i = 0; i < 30; i += 1) recorder.record(line('x'.repeat(1_000)));
  await recorder.flush();
  const sizes = gateway.seen.map((batch) => JSON.stringify(batch.records).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
  expect(gateway.seen.flatMap((batch) => batch.records)).toHaveLength(30);
});

test('text that no store could hold is mended, and a record that is the caller’s fault is counted, not thrown', async () => {
  const { gateway, recorder } = await setUp();
  recorder.record(line('a\u0000b\uD800c'));
  recorder.record(line('y'.repeat(300_000)));
  expect(recorder.record({ kind: 'llm_call', model: '', status: 'ok', origin: 'sdk' })).toBeNull();
  expect(recorder.record({ kind: 'nonsense' } as never)).toBeNull();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  expect(recorder.record({ ...call, attributes: circular })).toBeNull();
  await recorder.flush();
  const records = gateway.seen.flatMap((batch) => batch.records);
  expect(records[0]?.['message']).toBe('a\uFFFDb\uFFFDc');
  expect(records[1]?.['message']).toHaveLength(64 * 1024);
  expect(recorder.stats()).toMatchObject({ issued: 5, dropped: { invalid: 3 } });
});

test('a door that fails gets everything again, in order, once it answers', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock });
  gateway.answer = () => refusal('unavailable');
  recorder.record(call);
  await until(() => recorder.stats().failures === 1);
  for (let i = 0; i < 5; i += 1) recorder.record(call);
  clock.advance(200);
  await until(() => recorder.stats().unsent === 6);
  gateway.seen.length = 0;
  gateway.answer = (batch) => taken(batch);
  await until(() => {
    clock.advance(250);
    return recorder.stats().unsent === 0;
  });
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 2]);
  expect(gateway.seen.flatMap((batch) => batch.records)).toHaveLength(6);
});

test('Retry-After is honoured', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock });
  gateway.answer = () => refusal('too_many_requests', { 'retry-after': '20' });
  recorder.record(call);
  await until(() => recorder.stats().failures === 1);
  gateway.answer = (batch) => taken(batch);
  clock.advance(19_999);
  expect(gateway.seen).toHaveLength(1);
  clock.advance(1);
  await until(() => recorder.stats().unsent === 0);
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 1]);
});

test('a connection reset after the send is tried again under the same number', async () => {
  const { gateway, recorder } = await setUp();
  let first = true;
  gateway.answer = (batch) => {
    if (!first) return taken(batch);
    first = false;
    return 'reset';
  };
  recorder.record(call);
  expect(await recorder.flush()).toBe(true);
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 1]);
  expect(gateway.seen[0]?.records).toEqual(gateway.seen[1]?.records);
});

test('a refusal that is not repeated was damage on the way', async () => {
  const { gateway, recorder } = await setUp();
  let refusals = 2;
  gateway.answer = (batch) => (refusals-- > 0 ? refusal('invalid_json') : taken(batch));
  recorder.record(call);
  expect(await recorder.flush()).toBe(true);
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 1, 1]);
  expect(recorder.stats().dropped).toEqual({});
});

test('a batch that the door refuses whole is booked, and the floor passes its number', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answer = (batch) => (batch.seq === 1 ? refusal('invalid_records') : taken(batch, 0));
  recorder.record(call);
  await recorder.flush();
  recorder.record(call);
  await recorder.flush();
  expect(gateway.seen.at(-1)).toMatchObject({ seq: 2, floor: 2, issued: 2, dropped: { refused: 1 } });
});

test('a batch that is too large for the way is sent in halves', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answer = (batch) => (batch.records.length > 2 ? refusal('payload_too_large') : taken(batch));
  for (let i = 0; i < 6; i += 1) recorder.record(line(`${i}`));
  expect(await recorder.flush()).toBe(true);
  const arrived = gateway.seen.filter((batch) => batch.records.length <= 2).flatMap((batch) => batch.records);
  expect(arrived.map((record) => record['message']).toSorted()).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(recorder.stats().dropped).toEqual({});
});

test('a number that belongs to other records is left, and the records travel under the next', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answer = (batch) => (batch.seq === 1 ? refusal('seq_reused') : taken(batch));
  recorder.record(call);
  expect(await recorder.flush()).toBe(true);
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 2]);
  expect(gateway.seen[1]?.records).toEqual(gateway.seen[0]?.records);
});

test('records rejected within a batch are counted', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answer = (batch) => ({
    status: 202,
    body: {
      producer_id: batch.producer_id,
      seq: batch.seq,
      accepted: 0,
      rejected: [{ index: 0, pointer: '#/records/0/model', code: 'invalid_type', detail: 'no' }],
    },
  });
  recorder.record(call);
  await recorder.flush();
  expect(recorder.stats()).toMatchObject({ issued: 1, rejected: 1, unsent: 0 });
});

test('stored_seq settles batches, whether it comes with an answer or when asked', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock });
  gateway.answer = (batch) => taken(batch, batch.seq - 1);
  for (let i = 0; i < 2; i += 1) {
    recorder.record(call);
    await until(() => gateway.seen.length === i + 1);
  }
  await until(() => recorder.settledSeq() === 1);
  gateway.state = () => ({ stored_seq: 2 });
  await until(() => {
    clock.advance(5_000);
    return recorder.settledSeq() === 2;
  });
  expect(gateway.seen).toHaveLength(2);
});

test('only what is missing is sent again', async () => {
  const clock = createManualClock();
  const { gateway, recorder } = await setUp({ clock });
  for (let i = 0; i < 3; i += 1) {
    recorder.record(call);
    await until(() => gateway.seen.length === i + 1);
  }
  await until(() => recorder.stats().unsent === 0);
  gateway.state = () => ({ stored_seq: 1, first_gap: 2 });
  gateway.answer = (batch) => taken(batch, 3);
  await until(() => {
    clock.advance(5_000);
    return recorder.settledSeq() === 3;
  });
  expect(gateway.seen.map((batch) => batch.seq)).toEqual([1, 2, 3, 2]);
});

test('close sends what is pending and says where it stands', async () => {
  const { gateway, recorder } = await setUp();
  for (let i = 0; i < 3; i += 1) recorder.record(call);
  const report = await recorder.close();
  expect(report).toMatchObject({ issued: 3, unsent: 0, last_seq: 1, dropped: nothing });
  expect(gateway.seen).toHaveLength(1);
  expect(recorder.record(call)).toBeNull();
  expect(recorder.stats()).toMatchObject({ issued: 4, dropped: { closed: 1 } });
});

test('a door of the version before, which knows no message that closes, is told once and nothing is dropped', async () => {
  const { gateway, recorder } = await setUp();
  gateway.answerClosing = () => refusal('invalid_records');
  recorder.record(call);
  expect(await recorder.close()).toMatchObject({ issued: 1, unsent: 0, last_seq: 1, dropped: nothing });
  expect([gateway.seen.length, gateway.closings.length]).toEqual([1, 1]);
});

test('close does not hang on a door that is away', async () => {
  const { gateway, recorder } = await setUp({
    clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) },
  });
  await gateway[Symbol.asyncDispose]();
  recorder.record(call);
  expect(await recorder.close({ timeoutMs: 500_000 })).toMatchObject({ unsent: 1 });
});
