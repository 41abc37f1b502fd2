import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Draft } from '@telltale/otlp/read/draft';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import { startOtlpReceiver } from './otlp-receiver.ts';
import type { PersonEndpoints } from './person-endpoint.ts';

const samples = join(import.meta.dirname, '../../../../libs/otlp/samples');
const body = readFileSync(join(samples, 'claude-code/json/0001-logs.json'));

async function start(
  forward: PersonEndpoints = new Map(),
  around?: string,
  withholds: Parameters<typeof startOtlpReceiver>[0]['withholds'] = () => false,
) {
  const drafts: Draft[] = [];
  const receiver = await startOtlpReceiver({
    forward,
    around,
    withholds,
    onDraft: (draft) => drafts.push(draft),
    redact: (text) => text,
    clock: systemClock,
  });
  const post = (path: string, payload: Buffer | string, headers: Record<string, string> = {}) =>
    fetch(`${receiver.endpoint}${path}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(payload)),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { receiver, drafts, post };
}

test('what a program reports becomes drafts, gzipped or not', async () => {
  const { receiver, drafts, post } = await start();
  await using _receiver = receiver;
  const answer = await post('/v1/logs', body);
  expect([answer.status, await answer.text()]).toEqual([200, '{}']);
  const calls = drafts.filter(({ kind }) => kind === 'llm_call').length;
  expect(calls).toBe(1);
  expect((await post('/v1/logs', gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
  expect(drafts.filter(({ kind }) => kind === 'llm_call')).toHaveLength(2);
});

test('a client that knows the base alone tells by the body what it sends', async () => {
  const { receiver, drafts, post } = await start();
  await using _receiver = receiver;
  for (const path of ['', '/']) expect((await post(path, body)).status).toBe(200);
  expect((await post('', gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
  expect(drafts.filter(({ kind }) => kind === 'llm_call')).toHaveLength(3);
  expect((await post('', '{"other":[]}')).status).toBe(400);
});

test('what a run within the run tells by itself goes on to the person, and counts in the inner one alone', async () => {
  const seen: (string | string[] | undefined)[] = [];
  const mine = createServer((request, response) => {
    seen.push(request.headers['telltale-told']);
    request.resume();
    response.end('{}');
  });
  await once(mine.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(`http://127.0.0.1:${(mine.address() as AddressInfo).port}/v1/logs`);
  const outer = await start(new Map([['logs', url]]));
  const to = new URL(`${outer.receiver.endpoint}/v1/logs`);
  const inner = await start(new Map([['logs', to]]), outer.receiver.endpoint);
  expect((await inner.post('/v1/logs', body)).status).toBe(200);
  await inner.receiver[Symbol.asyncDispose]();
  await outer.receiver[Symbol.asyncDispose]();
  mine.close();
  expect(inner.drafts.filter(({ kind }) => kind === 'llm_call')).toHaveLength(1);
  expect(outer.drafts).toEqual([]);
  expect(seen).toEqual([undefined]);
});

test('what is withheld of a client counts here and goes on to nobody, in both encodings', async () => {
  let passed = 0;
  const mine = createServer((request, response) => {
    passed += 1;
    request.resume();
    response.end('{}');
  });
  await once(mine.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(`http://127.0.0.1:${(mine.address() as AddressInfo).port}/v1/logs`);
  const { receiver, drafts, post } = await start(
    new Map([['logs', url]]),
    undefined,
    (_, client) => client === 'claude',
  );
  const protobuf = readFileSync(join(samples, 'claude-code/protobuf/0002-logs.pb'));
  await post('/v1/logs', gzipSync(body), { 'content-encoding': 'gzip' });
  await post('/v1/logs', protobuf, { 'content-type': 'application/x-protobuf' });
  await post('/v1/logs', body.toString().replaceAll('claude-code', 'mine'));
  await post('/v1/logs', '{"resourceLogs":[]}');
  await receiver[Symbol.asyncDispose]();
  mine.close();
  expect(drafts.filter(({ kind }) => kind === 'llm_call').length).toBe(3);
  expect(passed).toBe(1);
});

test('only who knows the secret of the run reports into it', async () => {
  const { receiver, drafts } = await start();
  await using _receiver = receiver;
  const { origin } = new URL(receiver.endpoint);
  for (const path of ['/v1/logs', '/wrong/v1/logs', '/']) {
    expect((await fetch(`${origin}${path}`, { method: 'POST', body: '{}' })).status).toBe(404);
  }
  expect((await fetch(`${receiver.endpoint}/v1/logs`)).status).toBe(404);
  expect(drafts).toEqual([]);
});

test('what cannot be read is refused with its reason', async () => {
  const { receiver, post } = await start();
  await using _receiver = receiver;
  const answer = await post('/v1/traces', 'nonsense');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 3 });
  expect((await post('/v1/traces', 'x', { 'content-encoding': 'br' })).status).toBe(400);
  expect(
    (await post('/v1/logs', gzipSync(Buffer.alloc(65 * 1024 * 1024)), { 'content-encoding': 'gzip' })).status,
  ).toBe(413);
});

test("the person's own endpoint gets the same bytes and headers, also what we cannot read", async () => {
  const got: { url: string | undefined; key: unknown; body: string }[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ url: request.url, key: request.headers['x-api-key'], body: Buffer.concat(chunks).toString() });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const { receiver, post } = await start(new Map([['logs', new URL(`http://127.0.0.1:${port}/mine/v1/logs`)]]));
  await post('/v1/logs', body, { 'x-api-key': 'theirs' });
  await post('/v1/logs', 'nonsense');
  await post('/v1/metrics', '{}');
  await receiver[Symbol.asyncDispose]();
  collector.close();
  expect(got).toEqual([
    { url: '/mine/v1/logs', key: 'theirs', body: body.toString() },
    { url: '/mine/v1/logs', key: undefined, body: 'nonsense' },
  ]);
});

test('an endpoint of the person that is gone costs the program nothing', async () => {
  const { receiver, drafts, post } = await start(new Map([['logs', new URL('http://127.0.0.1:9/v1/logs')]]));
  await using _receiver = receiver;
  expect((await post('/v1/logs', body)).status).toBe(200);
  expect(drafts.length).toBeGreaterThan(0);
});
