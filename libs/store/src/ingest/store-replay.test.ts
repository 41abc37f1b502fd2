import { createHash, randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { replayPrefix } from '@telltale/contracts/dead-letters';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase, type TestDatabase } from '@telltale/testkit/test-database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseHandle } from '../database.ts';
import { storeBatches } from './store-batches.ts';
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
const store = (...batches: StreamBatch[]) =>
  storeBatches(
    database.pool,
    batches.map((batch) => ({ batch, costs: new Map() })),
  );
const query = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(text, values)).rows;
const lettersOf = (producer: string) =>
  query('select letter_id, attempts, detail from dead_letter where producer_id = $1', [producer]);
const booksOf = async (producer: string) =>
  (await query('select issued, stored, dead_lettered from producer where producer_id = $1', [producer]))[0];
const countOf = async (agent: string) =>
  (await query('select count(*) as n from log_line where agent_id = $1', [agent]))[0]?.['n'];
const replay = (letter: unknown, seq: number, records: TelemetryRecord[]) =>
  batchOf(records, { producer_id: `${replayPrefix}${String(letter)}`, seq });

const line = (agent: string, message = 'x') => aRecord('log_entry', { agent_id: agent, message });

test('a record refused once and good now is stored, its letter closed, and its producer has it as stored', async () => {
  const bad = line('healed', 'a\u0000b');
  const batch = batchOf([line('healed'), bad], { issued: 2 });
  await store(batch);
  const [letter] = await lettersOf(batch.producer_id);
  expect(await booksOf(batch.producer_id)).toEqual({ issued: 2, stored: 1, dead_lettered: 1 });

  const good = replay(letter?.['letter_id'], 1, [{ ...bad, message: 'ab' }]);
  expect(await store(good)).toEqual([{ outcome: 'stored', records: 1, deadLetters: 0 }]);
  expect(await store(good)).toEqual([{ outcome: 'known', records: 0, deadLetters: 0 }]);
  expect(await lettersOf(batch.producer_id)).toEqual([]);
  expect(await booksOf(batch.producer_id)).toEqual({ issued: 2, stored: 2, dead_lettered: 0 });
  expect(await countOf('healed')).toBe(2);
  expect(await query('select 1 from producer where producer_id = $1', [good.producer_id])).toEqual([]);
});

test('a record that is refused again leaves the same letter with one more attempt, and the books as they were', async () => {
  const bad = line('incurable', 'a\u0000b');
  const batch = batchOf([bad], { issued: 1 });
  await store(batch);
  const [letter] = await lettersOf(batch.producer_id);
  await store(replay(letter?.['letter_id'], 1, [bad]));
  await store(replay(letter?.['letter_id'], 2, [bad]));
  expect(await lettersOf(batch.producer_id)).toMatchObject([{ letter_id: letter?.['letter_id'], attempts: 3 }]);
  expect(await booksOf(batch.producer_id)).toEqual({ issued: 1, stored: 0, dead_lettered: 1 });
  expect(await query(`select 1 from dead_letter where producer_id like 'dead-letter:%'`)).toEqual([]);
});

test('of a batch whose seq was reused only what is not stored yet comes in, next to batches of others', async () => {
  const first = batchOf([line('twice')], { producer_id: 'reuser' });
  const second = batchOf([...first.records, line('twice'), line('twice', '\u0000')], { producer_id: 'reuser' });
  await store(first, second);
  const [letter] = await lettersOf('reuser');
  expect(await booksOf('reuser')).toMatchObject({ stored: 1, dead_lettered: 3 });

  const other = batchOf([line('bystander')]);
  const outcomes = await store(replay(letter?.['letter_id'], 1, second.records), other);
  expect(outcomes.map(({ records }) => records)).toEqual([1, 1]);
  expect([await countOf('twice'), await countOf('bystander')]).toEqual([2, 1]);
  expect(await lettersOf('reuser')).toMatchObject([{ letter_id: letter?.['letter_id'], attempts: 2 }]);
  expect(await booksOf('reuser')).toMatchObject({ stored: 2, dead_lettered: 2 });
  const ledger = await query(
    `select records from batch_ledger where producer_id like 'dead-letter:%' and seq = 1
    and producer_id = $1`,
    [`${replayPrefix}${String(letter?.['letter_id'])}`],
  );
  expect(ledger).toEqual([{ records: 1 }]);
});

test('what was dropped before its replay arrived stays dropped', async () => {
  const batch = batchOf([line('dropped', '\u0000')]);
  await store(batch);
  const [letter] = await lettersOf(batch.producer_id);
  await query('delete from dead_letter where letter_id = $1', [letter?.['letter_id']]);
  expect(await store(replay(letter?.['letter_id'], 1, [line('dropped')]))).toMatchObject([{ records: 0 }]);
  expect(await countOf('dropped')).toBe(0);
});

test('a replay at which collectors die leaves no second letter', async () => {
  const batch = batchOf([line('deadly', '\u0000')]);
  await store(batch);
  const [letter] = await lettersOf(batch.producer_id);
  const producerId = `${replayPrefix}${String(letter?.['letter_id'])}`;
  const named = { teamId: 'red', producerId, seq: 1, payload: Buffer.from('{}') };
  await storeUnreadable(database.pool, { ...named, reason: 'crashed_collector', detail: 'two collectors died' });
  expect(await lettersOf(batch.producer_id)).toMatchObject([{ attempts: 2, detail: 'two collectors died' }]);
  expect(await lettersOf(producerId)).toEqual([]);
});

test('a whole batch that only a later version can read is stored after the upgrade, and the books balance', async () => {
  const read = batchOf([line('upgraded')], { issued: 1 });
  await store(read);
  const unread = async (producerId: string, seq: number) => {
    const payload = Buffer.from('of a coming version');
    await storeUnreadable(database.pool, {
      teamId: 'red',
      producerId,
      seq,
      payload,
      reason: 'unsupported_version',
      detail: 'batch version 2, known is 1',
    });
    return (await lettersOf(producerId))[0]?.['letter_id'];
  };
  // The last word of a producer, the only one of another, and a body: nobody else says what they issued.
  const last = await unread(read.producer_id, 2);
  const only = await unread('only-one', 1);
  const body = await unread(`body:${'7'.repeat(64)}`, 1);
  const records = (): TelemetryRecord[] => [line('upgraded'), line('upgraded')];
  await store(
    { ...replay(last, 1, records()), issued: 3 },
    { ...replay(only, 1, records()), issued: 2 },
    replay(body, 1, records()),
  );
  expect(await booksOf(read.producer_id)).toEqual({ issued: 3, stored: 3, dead_lettered: 0 });
  expect(await booksOf('only-one')).toEqual({ issued: 2, stored: 2, dead_lettered: 0 });
  expect(await booksOf('body:*')).toEqual({ issued: 2, stored: 2, dead_lettered: 0 });
});
