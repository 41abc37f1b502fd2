import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

// What the specification of OTLP (1.11) says a server MUST do over HTTP, beside what otlp-routes.test.ts (413) and
// otlp-batches.test.ts (partial success) try: "OTLP/HTTP" and "JSON Protobuf Encoding".
let t: TestGateway;
let ingest: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  ingest = await t.as('red', 'ingest');
});
afterAll(() => t[Symbol.asyncDispose]());

const protobuf = 'application/x-protobuf';
const json = 'application/json';
const signals = ['traces', 'metrics', 'logs'] as const;

const post = (signal: string, payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  t.gateway.http.inject({
    method: 'POST',
    url: `/v1/${signal}`,
    payload,
    headers: { 'content-type': json, ...ingest, ...headers },
  });
const spans = (span: object) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
const callOf = (more: object = {}) => ({
  traceId: '5B8EFFF798038103D269B633813FC60C',
  spanId: 'EEE19B7EC3C1B174',
  name: 'chat gpt-5',
  startTimeUnixNano: '1795224913475031212',
  endTimeUnixNano: '1795224914475031212',
  kind: 3,
  attributes: [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
  ],
  ...more,
});

describe.each(signals)('the path /v1/%s', (signal) => {
  test('takes both encodings, gzipped or not, and answers in the encoding of the request', async () => {
    for (const [type, empty] of [
      [json, '{}'],
      [protobuf, ''],
    ] as const) {
      for (const zipped of [false, true]) {
        const body = zipped ? gzipSync(empty) : Buffer.from(empty);
        const answer = await post(signal, body, {
          'content-type': type,
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        });
        expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, type, empty]);
      }
    }
  });

  test('a parameter of the content type changes nothing', async () => {
    expect((await post(signal, '{}', { 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(200);
  });

  test('data that cannot be decoded is 400 with a Status, which no client may send again', async () => {
    const answer = await post(signal, Buffer.from([0x0a, 0x05, 0x01]), { 'content-type': protobuf });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, protobuf]);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect((await post(signal, '[1')).json()).toMatchObject({ code: 3, message: expect.any(String) });
    expect((await post(signal, 'x', { 'content-encoding': 'gzip' })).statusCode).toBe(400);
  });

  test('only POST is taken', async () => {
    const answer = await t.gateway.http.inject({ method: 'GET', url: `/v1/${signal}`, headers: ingest });
    expect([404, 405]).toContain(answer.statusCode);
  });
});

describe('JSON', () => {
  test('ids are hexadecimal in any case, 64-bit numbers are text or numbers, enums are integers', async () => {
    const kept = await post('traces', spans(callOf()));
    expect(kept.body).toBe('{}');
    const numbers = callOf({
      startTimeUnixNano: 1_795_224_913_475_000_000,
      status: { code: 2 },
      traceId: 'ab'.repeat(16),
    });
    expect((await post('traces', spans(numbers))).body).toBe('{}');
  });

  test('names that are not known are passed over, on every level', async () => {
    const unknown = { newField: { deep: [1] } };
    const body = {
      ...unknown,
      resourceSpans: [
        {
          ...unknown,
          resource: { ...unknown, attributes: [{ ...unknown, key: 'a', value: { ...unknown, stringValue: 'b' } }] },
          scopeSpans: [{ ...unknown, scope: { ...unknown, name: 's' }, spans: [{ ...unknown, ...callOf() }] }],
        },
      ],
    };
    expect((await post('traces', body)).body).toBe('{}');
  });

  test('absent and null fields are their defaults', async () => {
    const bare = { traceId: null, name: undefined, attributes: null, events: null, status: null };
    expect((await post('traces', spans(bare))).body).toBe('{}');
    expect((await post('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm' }] }] }] })).body).toBe(
      '{}',
    );
  });
});

describe('protobuf', () => {
  test('fields that are not known are skipped, of every wire type', async () => {
    const varint = [0xf8, 0x01, 0x96, 0x01];
    const eightBytes = [0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8];
    const someBytes = [0xfa, 0x01, 0x02, 9, 9];
    const fourBytes = [0xfd, 0x01, 1, 2, 3, 4];
    const unknown = Buffer.from([varint, eightBytes, someBytes, fourBytes].flat());
    const answer = await post('logs', unknown, { 'content-type': protobuf });
    expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, 0]);
  });
});
