import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let ingest: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  ingest = await t.as('red', 'ingest');
});
afterAll(() => t[Symbol.asyncDispose]());

const sample = (path: string): Buffer => readFileSync(join(import.meta.dirname, '../../../../libs/otlp/samples', path));
const protobuf = 'application/x-protobuf';

const post = (signal: string, payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  t.gateway.http.inject({
    method: 'POST',
    url: `/v1/${signal}`,
    payload,
    headers: { 'content-type': 'application/json', ...ingest, ...headers },
  });

test('full success has an empty message in the encoding of the request', async () => {
  const json = await post('traces', sample('claude-code/json/0003-traces.json'));
  expect([json.statusCode, json.headers['content-type'], json.body]).toEqual([200, 'application/json', '{}']);
  const binary = await post('logs', sample('claude-code/protobuf/0002-logs.pb'), { 'content-type': protobuf });
  expect([binary.statusCode, binary.headers['content-type'], binary.rawPayload.length]).toEqual([200, protobuf, 0]);
});

test('gzip is understood for both encodings', async () => {
  const zip = { 'content-encoding': 'gzip' };
  expect((await post('logs', gzipSync(sample('claude-code/json/0001-logs.json')), zip)).statusCode).toBe(200);
  const body = gzipSync(sample('claude-code/protobuf/0003-metrics.pb'));
  expect((await post('metrics', body, { ...zip, 'content-type': protobuf })).statusCode).toBe(200);
});

test('an empty request is a success', async () => {
  expect((await post('traces', {})).body).toBe('{}');
  expect((await post('metrics', Buffer.alloc(0), { 'content-type': protobuf })).statusCode).toBe(200);
});

test('unknown fields, quirks of clients and hostile keys cost nothing', async () => {
  const quirks = {
    resourceLogs: [
      {
        futureField: 1,
        resource: {
          attributes: [
            { key: '__proto__', value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } } },
          ],
        },
        scopeLogs: [
          {
            logRecords: [
              { timeUnixNano: '0', body: null, traceId: '', attributes: [{ key: 'x', value: {} }], severityNumber: 9 },
              { body: { stringValue: 'a line' } },
            ],
          },
        ],
      },
    ],
  };
  expect((await post('logs', quirks)).body).toBe('{}');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('what cannot be read is 400 with a Status, in the encoding of the request', async () => {
  const json = await post('traces', '{"resourceSpans": 7}');
  expect(json.statusCode).toBe(400);
  expect(json.json()).toEqual({ code: 3, message: 'resourceSpans is not a list' });
  const binary = await post('traces', Buffer.from([0x0a, 0xff]), { 'content-type': protobuf });
  expect([binary.statusCode, binary.headers['content-type']]).toEqual([400, protobuf]);
  expect(binary.rawPayload.subarray(0, 2)).toEqual(Buffer.from([0x08, 3]));
  expect((await post('traces', 'not json')).statusCode).toBe(400);
});

test('another content type is 415, no key 401 and a key without the scope 403', async () => {
  const plain = await post('traces', 'x', { 'content-type': 'text/plain' });
  expect([plain.statusCode, plain.body]).toEqual([415, expect.stringContaining('application/x-protobuf')]);
  expect((await post('traces', {}, { authorization: '' })).json()).toMatchObject({ code: 16 });
  const reader = await t.as('red', 'read');
  expect((await post('traces', {}, reader)).json()).toMatchObject({ code: 7 });
});

test('a body that inflates beyond 64 MiB is 413, and is not read further', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 0x20));
  const answer = await post('logs', bomb, { 'content-encoding': 'gzip' });
  expect(answer.statusCode).toBe(413);
});
