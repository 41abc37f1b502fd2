import { readFileSync } from 'node:fs';
import { aRecord } from '@telltale/testkit/records';
import { expect, onTestFinished, test } from 'vitest';
import { refusal, startScriptedGateway, taken, type Answer, type SeenBatch } from '../test-support/scripted-gateway.ts';
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts';
import { aBatch, patientMs, transportConformance, type ConformanceRig } from './transport-conformance.ts';

const never = new AbortController().signal;

async function httpRig(answerMs: number): Promise<ConformanceRig> {
  let gateway = await startScriptedGateway();
  const { port, url } = gateway;
  const earlier: typeof gateway.seen = [];
  const stored = new Map<string, number>();
  const prepare = (): void => {
    gateway.state = (producerId) => ({ stored_seq: stored.get(producerId) ?? 0 });
  };
  prepare();
  const transport = createHttpTransport({ url, key: 'k', timeoutMs: answerMs });
  return {
    transport,
    arrived: async () => [...earlier, ...gateway.seen, ...gateway.closings],
    async goAway() {
      earlier.push(...gateway.seen);
      await gateway[Symbol.asyncDispose]();
    },
    async comeBack() {
      gateway = await startScriptedGateway(port);
      prepare();
    },
    async hang() {
      gateway.answer = () => 'hang';
    },
    async store(producerId, seq) {
      stored.set(producerId, seq);
    },
    async [Symbol.asyncDispose]() {
      await transport.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

transportConformance('HTTP', httpRig);

async function answerTo(answer: Answer, options: Partial<HttpTransportOptions> = {}) {
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k', timeoutMs: patientMs, ...options });
  onTestFinished(async () => {
    await transport.close();
    await gateway[Symbol.asyncDispose]();
  });
  gateway.answer = () => answer;
  return { gateway, transport, result: await transport.send(aBatch(1, [aRecord('agent_step')]), never) };
}

test('each answer of the gateway means what the contract says', async () => {
  const retry = { outcome: 'retry' };
  const cases: [Answer, object][] = [
    [refusal('invalid_records'), { outcome: 'refused', code: 'invalid_records' }],
    [refusal('payload_too_large'), { outcome: 'refused', code: 'payload_too_large' }],
    [refusal('seq_settled'), { outcome: 'settled' }],
    [refusal('seq_reused'), { outcome: 'reused' }],
    [refusal('unauthenticated'), { ...retry, code: 'unauthenticated', maybe_taken: false }],
    [refusal('forbidden'), { ...retry, code: 'forbidden', maybe_taken: false }],
    [refusal('not_found'), { ...retry, code: 'not_found' }],
    [refusal('too_many_requests', { 'retry-after': '7' }), { ...retry, retry_after_ms: 7_000, maybe_taken: false }],
    [refusal('unavailable', { 'retry-after': '2' }), { ...retry, retry_after_ms: 2_000 }],
    [refusal('internal'), { ...retry, code: 'internal', maybe_taken: true }],
    ['reset', { ...retry, code: 'unreachable', maybe_taken: true }],
  ];
  for (const [answer, expected] of cases) expect((await answerTo(answer)).result).toMatchObject(expected);
});

test('what a proxy on the way says is never a verdict on the batch', async () => {
  const html = { headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' };
  for (const status of [400, 403, 404, 413, 502, 504, 302]) {
    expect((await answerTo({ status, ...html })).result).toMatchObject({ outcome: 'retry', code: `http_${status}` });
  }
  const hello = await answerTo({ status: 200, body: { hello: 'world' } });
  expect(hello.result).toMatchObject({ outcome: 'retry', code: 'bad_answer', maybe_taken: true });
});

test('a port that refuses proves that nothing got through', async () => {
  const { gateway, transport } = await answerTo(taken(JSON.parse('{"records":[]}') as never));
  await gateway[Symbol.asyncDispose]();
  const result = await transport.send(aBatch(1, [aRecord('agent_step')]), never);
  expect(result).toMatchObject({ outcome: 'retry', code: 'unreachable', maybe_taken: false });
});

test('large bodies travel gzipped, small ones plain, and an operator names the team', async () => {
  const { gateway, transport } = await answerTo(refusal('unavailable'), { team: 'red team', gzipFromBytes: 1_000 });
  gateway.answer = (batch) => taken(batch);
  await transport.send(aBatch(2, [aRecord('log_entry', { message: 'y'.repeat(2_000) })]), never);
  expect(gateway.headers.map((headers) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
  expect(gateway.urls).toEqual(['/api/v1/telemetry?team_id=red%20team', '/api/v1/telemetry?team_id=red%20team']);
});

test('an abort ends a send at once', async () => {
  const { gateway, transport } = await answerTo(refusal('unavailable'), { timeoutMs: 60_000 });
  const stop = new AbortController();
  gateway.answer = () => {
    stop.abort();
    return 'hang';
  };
  const result = await transport.send(aBatch(1, [aRecord('agent_step')]), stop.signal);
  expect(result).toMatchObject({ outcome: 'retry', code: 'aborted', maybe_taken: true });
});

test('a gap that the store reports is missing when it was sent', async () => {
  const { gateway, transport } = await answerTo(refusal('unavailable'));
  gateway.state = () => ({ stored_seq: 4, first_gap: 5 });
  const sent = [5, 6].map((seq) => ({ seq, receipt: null }));
  expect(await transport.inquire('p', sent, never)).toMatchObject({ stored_seq: 4, missing: [5], first_gap: 5 });
  expect(await transport.inquire('p', sent.slice(1), never)).toMatchObject({ missing: [], first_gap: 5 });
});

/** What version 0.1.0 of the SDK posted. */
const golden = JSON.parse(
  readFileSync(new URL('../../../stream/golden/0.1.0/post-telemetry.json', import.meta.url), 'utf8'),
) as SeenBatch;

test('a gateway of the version before gets the body that its own SDK wrote, and needs to answer nothing newer', async () => {
  const { records, ...numbers } = golden;
  const { gateway, transport, result } = await answerTo({
    status: 202,
    body: { producer_id: golden.producer_id, seq: 1, accepted: 1, rejected: [] },
  });
  expect(result).toEqual({ outcome: 'taken', rejected: [], stored_seq: null, receipt: null });
  await transport.send({ ...aBatch(1, []), ...numbers, records_json: JSON.stringify(records) }, never);
  expect(gateway.seen.at(-1)).toEqual(golden);
  // It takes no body without records, so its producers stay open.
  gateway.answerClosing = () => refusal('invalid_records');
  const closing = aBatch(golden.seq + 1, [], { last_seq: golden.seq });
  expect(await transport.send(closing, never)).toMatchObject({ outcome: 'refused', code: 'invalid_records' });
});
