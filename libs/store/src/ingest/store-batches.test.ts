import { createHash, randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { recordKinds, type TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase, type TestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseHandle } from '../database.ts';
import { storeBatches, type BatchOutcome } from './store-batches.ts';
import { storeUnreadable } from './store-unreadable.ts';

let server: TestDatabase;
let database: DatabaseHandle;
beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, max: 4, applicationName: 'test' });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const batchOf = (records: TelemetryRecord[], fields: Partial<StreamBatch> = {}): StreamBatch => ({
  v: 1,
  team_id: 'red',
  producer_id: randomUUID(),
  seq: 1,
  ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
  received_at: new Date().toISOString(),
  rejected: 0,
  records,
  ...fields,
});
const store = (...batches: StreamBatch[]): Promise<BatchOutcome[]> =>
  storeBatches(
    database.pool,
    batches.map((batch) => ({ batch, costs: new Map() })),
  );
const lines = (count: number, agent = 'agent-1'): TelemetryRecord[] =>
  Array.from({ length: count }, (_, line) => aRecord('log_entry', { agent_id: agent, message: `line ${line}`, line }));
const query = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(text, values)).rows;
const linesOf = async (agent: string): Promise<unknown> =>
  (await query('select count(*) as n, count(distinct id) as ids from log_line where agent_id = $1', [agent]))[0];
const lettersOf = (producer: string): Promise<Record<string, unknown>[]> =>
  query('select reason, record_id, kind, detail, attempts, payload from dead_letter where producer_id = $1', [
    producer,
  ]);
const booksOf = async (producer: string): Promise<Record<string, unknown> | undefined> =>
  (await query('select * from producer where team_id = $1 and producer_id = $2', ['red', producer]))[0];

test('every kind of record lands in its table under one batch number', async () => {
  const records = recordKinds.map((kind) => aRecord(kind, { agent_id: 'all-kinds' }));
  expect(await store(batchOf(records))).toEqual([{ outcome: 'stored', records: 13, deadLetters: 0 }]);
  const numbers = new Set<unknown>();
  for (const kind of recordKinds) {
    const rows = await query(`select batch_no, id, at from ${kind} where agent_id = 'all-kinds'`);
    expect([kind, rows.length]).toEqual([kind, 1]);
    expect(rows[0]?.['id']).toBe(records.find((record) => record.kind === kind)?.id);
    numbers.add(rows[0]?.['batch_no']);
  }
  expect(numbers.size).toBe(1);
});

test('text, JSON, numbers and times come back as they were sent', async () => {
  const nasty = 'tab\t newline\n return\r backslash \\ \\N "quotes" naïve ☃ 😀';
  const sent = aRecord('tool_call', {
    agent_id: nasty,
    at: '2026-11-20T23:59:59.999Z',
    duration_ms: 0.1,
    input_size_bytes: 9_007_199_254_740_991,
    error_message: '',
    labels: { env: nasty },
    attributes: { deep: [1, 'two', { three: null, slash: '\\' }], price: 1e-7 },
  });
  await store(batchOf([sent]));
  const [row] = await query('select * from tool_call where id = $1', [sent.id]);
  expect(row).toMatchObject({
    agent_id: nasty,
    duration_ms: 0.1,
    input_size_bytes: 9_007_199_254_740_991,
    error_message: '',
    labels: { env: nasty },
    attributes: sent.attributes,
    success: true,
    output_preview: null,
  });
  expect(row?.['at']).toEqual(new Date('2026-11-20T23:59:59.999Z'));
});

test('a call carries the cost the collector found, and "unknown" without one', async () => {
  const [priced, unpriced] = [aRecord('llm_call', { reported_cost_usd: 1e-9 }), aRecord('llm_call')];
  const costs = new Map([[0, { cost_usd: '0.001234567890123456', cost_source: 'computed', price_version: 'v1' }]]);
  await storeBatches(database.pool, [{ batch: batchOf([priced, unpriced]), costs }]);
  const read = 'select cost_usd, cost_source, price_version, reported_cost_usd from llm_call where id = $1';
  expect(await query(read, [priced.id])).toEqual([
    {
      cost_usd: '0.001234567890123456',
      cost_source: 'computed',
      price_version: 'v1',
      reported_cost_usd: '0.000000001',
    },
  ]);
  expect(await query(read, [unpriced.id])).toMatchObject([{ cost_usd: null, cost_source: 'unknown' }]);
});

test('the same batch again, at once, later or from two collectors at a time, is stored once', async () => {
  const batch = batchOf(lines(50, 'again'));
  const both = await Promise.all([store(batch, batch), store(batch)]);
  expect(both.flat().filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
  expect(await store(batch)).toEqual([{ outcome: 'known', records: 0, deadLetters: 0 }]);
  expect(await linesOf('again')).toEqual({ n: 50, ids: 50 });
  expect(await booksOf(batch.producer_id)).toMatchObject({ stored: 50, settled_seq: 1 });
});

test('the same seq with other records is a dead letter, once, and the first records stay', async () => {
  const first = batchOf(lines(3, 'first'));
  const second = batchOf(lines(4, 'second'), { producer_id: first.producer_id });
  expect(await store(first, second)).toMatchObject([{ outcome: 'stored' }, { outcome: 'reused', deadLetters: 1 }]);
  expect(await store(second)).toMatchObject([{ outcome: 'reused' }]);
  const [letter, ...others] = await lettersOf(first.producer_id);
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ reason: 'seq_reused', attempts: 2 });
  expect(JSON.parse(String(letter?.['payload']))).toEqual(second);
  expect(await linesOf('first')).toEqual({ n: 3, ids: 3 });
  expect(await linesOf('second')).toEqual({ n: 0, ids: 0 });
  expect(await booksOf(first.producer_id)).toMatchObject({ stored: 3, dead_lettered: 4 });
});

test('poison in the middle of a batch costs itself alone, and its neighbours of the same commit are stored', async () => {
  const records = lines(200, 'neighbour');
  const poison = [
    aRecord('log_entry', { message: 'nul \u0000 byte' }),
    aRecord('tool_call', { attributes: { a: '\u0000' } }),
  ];
  const odd = Object.assign(aRecord('metric'), { value: 'many' });
  const newer = Object.assign(aRecord('metric'), { v: 2 });
  const unknown = Object.assign(aRecord('metric'), { kind: 'hologram' });
  const sick = batchOf([...records.slice(0, 100), ...poison, odd, newer, unknown, ...records.slice(100)]);
  const healthy = batchOf(lines(10, 'healthy'));
  expect(await store(sick, healthy)).toEqual([
    { outcome: 'stored', records: 200, deadLetters: 5 },
    { outcome: 'stored', records: 10, deadLetters: 0 },
  ]);
  expect(await linesOf('neighbour')).toEqual({ n: 200, ids: 200 });
  expect(await linesOf('healthy')).toEqual({ n: 10, ids: 10 });
  const letters = await lettersOf(sick.producer_id);
  expect(letters.map(({ reason, record_id }) => [reason, record_id]).toSorted()).toEqual(
    [
      ['refused_by_store', poison[0]?.id],
      ['refused_by_store', poison[1]?.id],
      ['refused_by_store', odd.id],
      ['unsupported_version', newer.id],
      ['unknown_kind', unknown.id],
    ].toSorted(),
  );
  expect(await query('select records from batch_ledger where producer_id = $1', [sick.producer_id])).toEqual([
    { records: 200 },
  ]);
  expect(await booksOf(sick.producer_id)).toMatchObject({ stored: 200, dead_lettered: 5 });
  expect(await store(sick)).toMatchObject([{ outcome: 'known' }]);
});

test('a batch whose own name cannot be stored is a dead letter as a whole', async () => {
  const nul = batchOf(lines(2, 'nameless'), { producer_id: 'a\u0000b' });
  const healthy = batchOf(lines(1, 'named'));
  expect(await store(nul, healthy)).toMatchObject([{ deadLetters: 1, records: 0 }, { records: 1 }]);
  expect(await lettersOf('a\uFFFDb')).toMatchObject([{ reason: 'refused_by_store', record_id: null }]);
});

test('the watermark stops at a gap, jumps when it closes, and follows the floor', async () => {
  const producer_id = randomUUID();
  const seq = (number: number, fields: Partial<StreamBatch> = {}): StreamBatch =>
    batchOf(lines(1), { producer_id, seq: number, ...fields });
  const settled = async (): Promise<unknown> => (await booksOf(producer_id))?.['settled_seq'];
  await store(seq(1), seq(2), seq(4));
  expect(await settled()).toBe(2);
  await store(seq(5));
  expect(await settled()).toBe(2);
  await store(seq(3));
  expect(await settled()).toBe(5);
  await store(seq(9, { floor: 9 }));
  expect(await settled()).toBe(9);
});

test('books take the greatest totals a producer gave, and bodies without numbers share one row', async () => {
  const producer_id = randomUUID();
  const numbered = { producer_id, rejected: 1 };
  await store(
    batchOf(lines(2), { ...numbered, seq: 2, issued: 9, dropped: { spool_full: 4, late: 1 } }),
    batchOf(lines(2), { ...numbered, seq: 1, issued: 3, dropped: { spool_full: 2, other: 1 } }),
  );
  await store(batchOf(lines(2), { ...numbered, seq: 3, issued: 5, dropped: { spool_full: 3 } }));
  expect(await booksOf(producer_id)).toMatchObject({
    issued: 9,
    stored: 6,
    rejected: 3,
    dropped: { spool_full: 4, late: 1, other: 1 },
  });
  await store(batchOf(lines(2), { producer_id: 'body:1', rejected: 1 }), batchOf(lines(3), { producer_id: 'body:2' }));
  await store(batchOf(lines(4), { producer_id: 'body:3' }));
  expect(await booksOf('body:*')).toMatchObject({ issued: 10, stored: 9, rejected: 1, settled_seq: 0 });
  expect(await booksOf('body:1')).toBeUndefined();
});

test('a batch of which every record was refused at the door still has its place in the ledger', async () => {
  const empty = batchOf([], { rejected: 7 });
  expect(await store(empty)).toEqual([{ outcome: 'stored', records: 0, deadLetters: 0 }]);
  expect(await booksOf(empty.producer_id)).toMatchObject({ rejected: 7, settled_seq: 1 });
});

test('10,000 records are one batch', async () => {
  expect(await store(batchOf(lines(10_000, 'ten-thousand')))).toMatchObject([{ records: 10_000 }]);
  expect(await linesOf('ten-thousand')).toEqual({ n: 10_000, ids: 10_000 });
});

test('a connection that dies in the middle stores nothing, and the same batch is stored on the next try', async () => {
  const batch = batchOf(lines(3, 'unlucky'));
  await using one = createDatabase({ url: server.url, max: 1, applicationName: 'unlucky' });
  const blocker = await database.pool.connect();
  await blocker.query('begin; lock table log_chunk, log_entry in access exclusive mode');
  const first = storeBatches(one.pool, [{ batch, costs: new Map() }]).catch((error: unknown) => error);
  const waiting = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'unlucky' and wait_event_type = 'Lock'`;
  await until(async () => (await query(waiting)).length > 0);
  expect(await first).toBeInstanceOf(Error);
  await blocker.query('rollback');
  blocker.release();
  expect(await storeBatches(one.pool, [{ batch, costs: new Map() }])).toMatchObject([{ outcome: 'stored' }]);
  expect(await linesOf('unlucky')).toEqual({ n: 3, ids: 3 });
});

test('an unreadable batch keeps its bytes as a letter and settles its seq', async () => {
  const unreadable = {
    teamId: 'red',
    producerId: randomUUID(),
    seq: 1,
    payload: Buffer.from([0, 1, 255]),
    reason: 'unreadable_batch' as const,
    detail: 'not JSON',
  };
  await storeUnreadable(database.pool, unreadable);
  await storeUnreadable(database.pool, unreadable);
  expect(await lettersOf(unreadable.producerId)).toMatchObject([
    { reason: 'unreadable_batch', detail: 'not JSON', attempts: 1, payload: unreadable.payload },
  ]);
  expect(await store(batchOf(lines(1), { producer_id: unreadable.producerId, seq: 2 }))).toHaveLength(1);
  expect(await booksOf(unreadable.producerId)).toMatchObject({ settled_seq: 2 });
});
