import { gzipSync } from 'node:zlib';
import { aRecord } from '@telltale/testkit/records';
import { createHash, randomUUID } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { storeBatches } from '@telltale/store/ingest';
import { createDatabase } from '@telltale/store/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let ingest: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  ingest = await t.as('red', 'ingest');
});
afterAll(() => t[Symbol.asyncDispose]());

const post = (payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  t.gateway.http.inject({
    method: 'POST',
    url: '/api/v1/telemetry',
    payload,
    headers: { 'content-type': 'application/json', ...ingest, ...headers },
  });

test('good neighbours of bad records are taken and the bad ones are listed with the field', async () => {
  const answer = await post({
    producer_id: 'p-1',
    seq: 1,
    records: [
      aRecord('llm_call'),
      { ...aRecord('llm_call'), model: 7 },
      { ...aRecord('tool_call'), kind: 'nonsense' },
      aRecord('log_entry', { message: 'x'.repeat(300_000) }),
      aRecord('log_entry', { message: 'nul \u0000 inside' }),
      aRecord('log_entry', { message: 'lone \ud800 surrogate' }),
      aRecord('metric'),
    ],
  });
  expect(answer.statusCode).toBe(202);
  const body = answer.json();
  expect(body).toMatchObject({ producer_id: 'p-1', seq: 1, accepted: 2 });
  expect(body.rejected.map((one: { index: number; pointer: string }) => [one.index, one.pointer])).toEqual([
    [1, '#/records/1/model'],
    [2, '#/records/2/kind'],
    [3, '#/records/3/message'],
    [4, '#/records/4/message'],
    [5, '#/records/5/message'],
  ]);
});

test('a record that is too large as a whole is refused by the name of its largest field', async () => {
  const big = aRecord('task_event', { inputs: { text: 'y'.repeat(300_000) }, data: { small: 1 } });
  const body = (await post({ producer_id: 'p-2', seq: 1, records: [big, aRecord('metric')] })).json();
  expect(body.accepted).toBe(1);
  expect(body.rejected[0]).toMatchObject({ id: big.id, pointer: '#/records/0/inputs', code: 'record_too_large' });
});

test('when no record can be taken the answer is a problem and nothing is in the stream', async () => {
  const answer = await post({ producer_id: 'p-3', seq: 1, records: [{ kind: 'metric' }, 5] });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ code: 'invalid_records', status: 400 });
  expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toContain('#/records/1');
});

test('a body without numbers is named by its bytes, so that a retry is the same batch', async () => {
  const records = [{ kind: 'metric', agent_id: 'a', name: 'm', value: 1 }];
  const [first, second] = [await post({ records }), await post({ records })];
  expect(first.statusCode).toBe(202);
  expect(first.json().producer_id).toMatch(/^body:[0-9a-f]{64}$/);
  expect(second.json()).toEqual(first.json());
});

test('a gzipped body is the same batch as the plain one', async () => {
  const text = JSON.stringify({ records: [{ kind: 'metric', agent_id: 'a', name: 'm', value: 2 }] });
  const plain = await post(text);
  const zipped = await post(gzipSync(text), { 'content-encoding': 'gzip' });
  expect(zipped.json()).toEqual(plain.json());
});

test.each([
  ['one number without the other', { producer_id: 'p', records: [{}] }, 400, 'invalid_request', '#/seq'],
  ['no records', { records: [] }, 400, 'invalid_request', '#/records'],
  ['an end without a producer', { records: [], last_seq: 3 }, 400, 'invalid_request', '#/producer_id'],
  ['records of the wrong type', { records: 'none' }, 400, 'invalid_request', '#/records'],
  ['seq zero', { producer_id: 'p', seq: 0, records: [{}] }, 400, 'invalid_request', '#/seq'],
  ['our own prefix', { producer_id: 'body:x', seq: 1, records: [{}] }, 400, 'invalid_request', '#/producer_id'],
  ['more than 10,000 records', { records: Array(10_001).fill(1) }, 400, 'invalid_request', '#/records'],
])('%s is refused and the field is named', async (_what, payload, status, code, pointer) => {
  const answer = await post(payload);
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] });
});

test('bodies that are no JSON, too large, of another type or encoding are refused before any record is looked at', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
  const answers = [
    await post('{"records": ['),
    await post(''),
    await post('x'.repeat(9 * 1024 * 1024)),
    await post(bomb, { 'content-encoding': 'gzip' }),
    await post('not gzip', { 'content-encoding': 'gzip' }),
    await post('{}', { 'content-encoding': 'br' }),
    await post('<a/>', { 'content-type': 'application/xml' }),
    await post('{}', { 'content-type': 'application/json\ta' }),
    await post('{}', { 'content-type': 'text/plain' }),
    await post(Buffer.from('{"records": [{"message": "caf\xe9"}]}', 'latin1')),
  ];
  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
    [400, 'invalid_json'],
    [400, 'invalid_json'],
    [413, 'payload_too_large'],
    [413, 'payload_too_large'],
    [400, 'invalid_request'],
    [415, 'unsupported_media_type'],
    [415, 'unsupported_media_type'],
    [415, 'unsupported_media_type'],
    [415, 'unsupported_media_type'],
    [400, 'invalid_json'],
  ]);
  expect(answers.at(-1)?.json().detail).toContain('UTF-8');
});

test('a body of 9 MB over a real socket is answered with 413, not with a broken connection', async () => {
  const answer = await fetch(`${t.gateway.url}/api/v1/telemetry`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...ingest },
    body: 'x'.repeat(9_000_000),
  });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'payload_too_large', errors: [{ pointer: '#' }] });
});

test('hostile keys change nothing but their own record', async () => {
  const text =
    '{"records":[{"kind":"metric","agent_id":"a","name":"m","value":1,"__proto__":{"polluted":1}},' +
    '{"kind":"metric","agent_id":"a","name":"m","value":1,"attributes":{"__proto__":{"polluted":1}}}]}';
  const body = (await post(text)).json();
  expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, pointer: '#/records/1/attributes' }] });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('whoever waits for the commit over a real socket is answered once it happened', async () => {
  const producer_id = randomUUID();
  const records = [aRecord('metric')];
  const answered = fetch(`${t.gateway.url}/api/v1/telemetry?wait=stored`, {
    method: 'POST',
    headers: { ...ingest, 'content-type': 'application/json' },
    body: JSON.stringify({ producer_id, seq: 1, records }),
  });
  await using database = createDatabase({ url: t.databaseUrl, max: 1, applicationName: 'wait-test' });
  const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
  const received_at = new Date().toISOString();
  const batch = { v: 1 as const, team_id: 'red', producer_id, seq: 1, ids_hash, received_at, rejected: 0, records };
  await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  const answer = await answered;
  expect(await answer.json()).toMatchObject({ producer_id, accepted: 1 });
  expect(answer.status).toBe(200);
});

test('a producer is closed by a body without records, and asks with its receipts what is missing', async () => {
  const first = (await post({ producer_id: 'p-9', seq: 1, records: [aRecord('metric')] })).json();
  expect(first.receipt).toMatch(/^\d+\/\d+-\d+$/);
  const closing = await post({ producer_id: 'p-9', seq: 2, last_seq: 1, issued: 1, records: [] });
  expect(closing.statusCode).toBe(202);
  expect(closing.json()).toMatchObject({ accepted: 0, rejected: [] });
  const ask = (sent: string) =>
    t.gateway.http.inject({ url: `/api/v1/telemetry/producers/p-9?sent=${sent}`, headers: ingest });
  const answer = await ask(`1~${first.receipt},2~3/1-1`);
  expect(answer.json()).toEqual({ producer_id: 'p-9', stored_seq: 0, missing: [2] });
  expect(answer.headers['telltale-store-epoch']).toMatch(/^[0-9a-f-]{36}$/);
  expect((await ask('nonsense')).json()).toMatchObject({ code: 'invalid_request', errors: [{ parameter: 'sent' }] });
  const unknown = await t.gateway.http.inject({ url: '/api/v1/telemetry/producers/nobody', headers: ingest });
  expect([unknown.statusCode, unknown.headers['telltale-store-epoch']]).toEqual([
    404,
    answer.headers['telltale-store-epoch'],
  ]);
});

test('a floor above its own batch is refused: it would give up what is being sent', async () => {
  const answer = await post({ producer_id: 'p-floor', seq: 6, floor: 99, records: [aRecord('metric')] });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().errors).toEqual([expect.objectContaining({ pointer: '#/floor' })]);
});
