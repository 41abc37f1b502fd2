import { createHash, randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase, type DatabaseHandle } from '@telltale/store/database';
import { storeBatches, storeUnreadable } from '@telltale/store/ingest';
import { decodeBatch } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect, type StreamConnection } from '@telltale/stream/connect';
import { keys, recordShardOf } from '@telltale/stream/keys';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let database: DatabaseHandle;
let redis: StreamConnection;
let admin: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  database = createDatabase({ url: t.databaseUrl, max: 1, applicationName: 'test' });
  redis = await connectWriter({ url: t.redisUrl, name: 'test' });
  admin = await t.as('red', 'admin');
});
afterAll(async () => {
  disconnect(redis);
  await database[Symbol.asyncDispose]();
  await t[Symbol.asyncDispose]();
});

const store = async (batch: StreamBatch) => storeBatches(database.pool, [{ batch, costs: new Map() }]);
const ask = (method: 'GET' | 'POST' | 'DELETE', path = '') =>
  t.gateway.http.inject({ method, url: `/api/v1/dead-letters${path}`, headers: admin });

/** A record that the store refuses, and its letter as listed. */
async function aLetter() {
  const record = aRecord('log_entry', { agent_id: 'a', message: 'a\u0000b' });
  const records: TelemetryRecord[] = [record];
  const producer_id = randomUUID();
  const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
  const received_at = new Date().toISOString();
  await store({ v: 1, team_id: 'red', producer_id, seq: 1, ids_hash, received_at, rejected: 0, records });
  const [letter] = (await ask('GET')).json().dead_letters;
  return { record, letter };
}

async function published(producerId: string): Promise<StreamBatch[]> {
  const entries = await redis.xrangeBuffer(keys.batches(recordShardOf(producerId)), '-', '+');
  return entries.flatMap(([, fields]) => {
    const decoded = decodeBatch(fields[7] ?? Buffer.alloc(0));
    return decoded.ok && decoded.batch.producer_id === producerId ? [decoded.batch] : [];
  });
}

test('a letter is listed without and shown with what it holds', async () => {
  const { record, letter } = await aLetter();
  expect(letter).toMatchObject({ record_id: record.id, kind: 'log_entry', reason: 'refused_by_store', attempts: 1 });
  expect(letter).not.toHaveProperty('payload');
  const shown = (await ask('GET', `/${letter.id}`)).json();
  expect(shown).toMatchObject({ ...letter, encoding: 'utf8' });
  expect(JSON.parse(shown.payload)).toEqual(record);
});

test('a replay publishes the record under the letter, attempt by attempt, and says who asked', async () => {
  const { record, letter } = await aLetter();
  const answer = await ask('POST', `/${letter.id}/replay`);
  const producer_id = `dead-letter:${letter.id}`;
  expect([answer.statusCode, answer.json()]).toEqual([202, { id: letter.id, producer_id, seq: 1, records: 1 }]);
  const [first] = await published(producer_id);
  expect(first).toMatchObject({ team_id: 'red', seq: 1, records: [record] });
  expect(first).not.toHaveProperty('issued');
  if (first !== undefined) await store(first);

  expect((await ask('GET', `/${letter.id}`)).json().attempts).toBe(2);
  expect((await ask('POST', `/${letter.id}/replay`)).json().seq).toBe(2);
  const second = (await published(producer_id)).at(-1);
  if (second !== undefined) await store({ ...second, records: [{ ...record, message: 'ab' }] });
  expect((await ask('GET', `/${letter.id}`)).statusCode).toBe(404);
  const rows = await t.db.selectFrom('audit_entry').select(['action', 'detail']).where('team_id', '=', 'red').execute();
  expect(rows.filter(({ action }) => action === 'dead_letter.replay').map(({ detail }) => detail)).toEqual([
    { attempt: 1 },
    { attempt: 2 },
  ]);
});

test('a client that names a content type and sends nothing replays and drops as well', async () => {
  const { letter } = await aLetter();
  const url = `/api/v1/dead-letters/${letter.id}`;
  const headers = { ...admin, 'content-type': 'application/json' };
  const asked = (method: 'POST' | 'DELETE', path: string) =>
    t.gateway.http.inject({ method, url: path, headers, payload: '' });
  expect((await asked('POST', `${url}/replay`)).statusCode).toBe(202);
  expect((await asked('DELETE', url)).statusCode).toBe(204);
  // Where a body is needed, none is still a mistake.
  expect((await asked('POST', '/api/v1/keys')).json()).toMatchObject({ code: 'invalid_json' });
});

test('a letter that nobody can read is shown as bytes and cannot be replayed, only dropped', async () => {
  const payload = Buffer.from([0xff, 0x00, 0xfe]);
  const named = { teamId: 'red', producerId: randomUUID(), seq: 1, payload };
  await storeUnreadable(database.pool, { ...named, reason: 'unreadable_batch', detail: 'damaged' });
  const [letter] = (await ask('GET')).json().dead_letters;
  const shown = (await ask('GET', `/${letter.id}`)).json();
  expect(shown).toMatchObject({ encoding: 'base64', payload: payload.toString('base64'), kind: null });
  const refused = await ask('POST', `/${letter.id}/replay`);
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'conflict']);

  expect((await ask('DELETE', `/${letter.id}`)).statusCode).toBe(204);
  expect((await ask('DELETE', `/${letter.id}`)).statusCode).toBe(404);
  const rows = await t.db.selectFrom('audit_entry').select('action').where('team_id', '=', 'red').execute();
  expect(rows.map(({ action }) => action)).toContain('dead_letter.drop');
});

test('a team of which nothing but a letter is left is known, also when the books of its batches are gone', async () => {
  const named = { teamId: 'lettered', producerId: randomUUID(), seq: 1, payload: Buffer.from([0xff]) };
  await storeUnreadable(database.pool, { ...named, reason: 'unreadable_batch', detail: 'damaged' });
  await t.db.deleteFrom('batch_ledger').where('team_id', '=', 'lettered').execute();
  const answer = await t.gateway.http.inject({ url: '/api/v1/team?team_id=lettered', headers: t.operator });
  expect(answer.json()).toMatchObject({ team_id: 'lettered', known: true });
});
