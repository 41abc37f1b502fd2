import { createHash } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { systemClock } from '@telltale/runtime/clock';
import { startProvider } from '@telltale/testkit/fake-provider';
import { answers } from '@telltale/testkit/provider-answers';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import type { CallRecord } from '@telltale/answers/call-meter';
import { talk } from '../test-support/talk.ts';
import type { CallGate } from './forward.ts';
import { startMeteringProxy } from './metering-proxy.ts';
import { upstreamOf } from './upstreams.ts';

async function proxyTo(url: string, gate?: CallGate) {
  const calls: CallRecord[] = [];
  const upstream = upstreamOf('openai', url);
  const proxy = await startMeteringProxy({
    upstreams: upstream === null ? [] : [upstream],
    onCall: (call) => void calls.push(call),
    ...(gate === undefined ? {} : { gate }),
    env: {},
    clock: systemClock,
  });
  const base = proxy.urls.get('openai') ?? '';
  return { base, calls, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

/** A provider that speaks as a test says, byte by byte: `answer` gets the connection once the head of a request is there. */
async function startRaw(answer: (socket: Socket) => void) {
  const server = createServer((socket) => {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const before = head.includes('\r\n\r\n');
      head += bytes.toString('latin1');
      if (!before && head.includes('\r\n\r\n')) answer(socket);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What comes back for bytes on a connection of their own, until the proxy closes it or `enough`. */
async function say(
  base: string,
  bytes: (path: string) => string[],
  { enough, endAfter }: { enough: RegExp; endAfter?: () => Promise<unknown> },
) {
  const { port, pathname } = new URL(base);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  for (const part of bytes(pathname)) await new Promise((sent) => socket.write(part, sent));
  if (endAfter !== undefined) {
    await endAfter();
    socket.end();
  }
  await until(() => enough.test(said) || socket.readableEnded);
  socket.destroy();
  return said;
}

const body = JSON.stringify(answers.anthropicWhole.request);
const post = (path: string, more = ''): string =>
  `POST ${path}/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}`;
const whole = answers.anthropicWhole.body.toString();

describe('clients that speak HTTP in other ways', () => {
  const provide = () => startProvider((_asked, response) => void response.end(answers.anthropicWhole.body));

  test('one that waits for a 100 before its body', async () => {
    await using provider = await provide();
    await using proxy = await proxyTo(provider.url);
    const { port, pathname } = new URL(proxy.base);
    const socket = connect(Number(port), '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString()));
    socket.write(`${post(pathname, `expect: 100-continue\r\ncontent-length: ${body.length}\r\n`)}\r\n`);
    await until(() => said.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    socket.write(body);
    await until(() => said.includes(whole));
    socket.destroy();
    expect(provider.requests.map((request) => request.body.toString())).toEqual([body]);
  });

  test('one that closes its half is one that left, as at the providers', async () => {
    let left = false;
    await using provider = await startProvider((_asked, response) => void response.once('close', () => (left = true)));
    // One that leaves sooner may not have been heard of there.
    const endAfter = () => until(() => provider.requests.length === 1);
    await using proxy = await proxyTo(provider.url);
    const bytes = (path: string) => [`${post(path, `content-length: ${body.length}\r\n`)}\r\n${body}`];
    expect(await say(proxy.base, bytes, { enough: /./, endAfter })).toBe('');
    await until(() => left && proxy.calls.length === 1);
    expect(proxy.calls[0]?.status).toBe('aborted');
  });

  test('one that sends chunks with extensions and a trailer, and the next request behind them', async () => {
    await using provider = await provide();
    await using proxy = await proxyTo(provider.url);
    const bytes = (path: string) => [
      `${post(path, 'transfer-encoding: chunked\r\n')}\r\n`,
      `${(10).toString(16)};x=1\r\n${body.slice(0, 10)}\r\n`,
      `${(body.length - 10).toString(16)}\r\n${body.slice(10)}\r\n0\r\nx-sum: 1\r\n\r\n`,
      `GET ${path}/v1/models HTTP/1.1\r\nhost: x\r\n\r\n`,
    ];
    const said = await say(proxy.base, bytes, {
      enough: /HTTP\/1\.1 200[^]*HTTP\/1\.1 200[^]*"usage"[^]*\}\s*(?:0\r\n\r\n)?$/,
    });
    expect(said.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(provider.requests.map(({ method, body: sent }) => [method, sent.toString()])).toEqual([
      ['POST', body],
      ['GET', ''],
    ]);
  });

  test('HEAD and OPTIONS', async () => {
    await using provider = await startProvider((_asked, response) => {
      response.writeHead(200, { 'content-length': '5', allow: 'POST' }).end('hello');
    });
    await using proxy = await proxyTo(provider.url);
    const head = await talk(`${proxy.base}/v1/messages`, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '5', 0]);
    const options = await talk(`${proxy.base}/v1/messages`, { method: 'OPTIONS' });
    expect([options.headers['allow'], options.body.toString()]).toEqual(['POST', 'hello']);
    expect(proxy.calls).toEqual([]);
  });

  test('one that resets its upgrade ends nobody else', async () => {
    await using provider = await provide();
    await using proxy = await proxyTo(provider.url);
    const { port, pathname } = new URL(proxy.base);
    for (let turn = 0; turn < 20; turn += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((sent) =>
        socket.write(
          `GET ${pathname}/x HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`,
          sent,
        ),
      );
      socket.resetAndDestroy();
    }
    expect((await talk(`${proxy.base}/v1/messages`, { body: Buffer.from(body) })).status).toBe(200);
  });

  test('a request and an answer of 32 MB pass as they are', async () => {
    const large = Buffer.alloc(32 * 2 ** 20, '{"x": "0123456789abcdef"} ');
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    let sent = '';
    await using provider = await startProvider((_asked, response, bytes) => {
      sent = hash(bytes);
      response.end(large);
    });
    await using proxy = await proxyTo(provider.url);
    const answer = await talk(`${proxy.base}/v1/messages`, { body: large });
    expect([sent, hash(answer.body)]).toEqual([hash(large), hash(large)]);
  });
});

describe('providers that speak HTTP in other ways', () => {
  test.each([
    ['without a length, until it closes', `HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${whole}`],
    [
      'after interim answers',
      `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(whole)}\r\n\r\n${whole}`,
    ],
    [
      'with a trailer',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n${Buffer.byteLength(whole).toString(16)}\r\n${whole}\r\n0\r\nx-sum: 1\r\n\r\n`,
    ],
  ])('%s', async (_how, bytes) => {
    await using provider = await startRaw((socket) => socket.end(bytes));
    await using proxy = await proxyTo(provider.url);
    const answer = await talk(`${proxy.base}/v1/messages`, { body: Buffer.from(body) });
    expect([answer.status, answer.whole, answer.body.toString()]).toEqual([200, true, whole]);
    await until(() => proxy.calls.length === 1);
    expect(proxy.calls[0]).toMatchObject({ status: 'ok', message_id: answers.anthropicWhole.expected.message_id });
  });

  test('that reset before they answer are told of in their own words', async () => {
    await using provider = await startRaw((socket) => socket.resetAndDestroy());
    await using proxy = await proxyTo(provider.url);
    const answer = await talk(`${proxy.base}/v1/messages`, { body: Buffer.from(body) });
    expect([answer.status, JSON.parse(answer.body.toString())]).toMatchObject([
      502,
      { type: 'error', error: { type: 'upstream_unreachable' } },
    ]);
    await until(() => proxy.calls.length === 1);
    expect(proxy.calls[0]).toMatchObject({ status: 'error', error_type: 'upstream_unreachable' });
  });
});

describe('a refused call is told in the words of its API, streamed or not, and not to be tried again', () => {
  const gate: CallGate = () => ({ refused: { status: 402, type: 'budget_exceeded', message: 'spent' } });
  const openai = { error: { message: 'spent', type: 'budget_exceeded', param: null, code: 'budget_exceeded' } };
  test.each([
    ['/v1/messages', { type: 'error', error: { type: 'budget_exceeded', message: 'spent' } }],
    ['/v1/chat/completions', openai],
    ['/v1/responses', openai],
    ['/v1/embeddings', openai],
    [
      '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
      { error: { code: 402, message: 'spent', status: 'BUDGET_EXCEEDED' } },
    ],
    ['/api/chat', { error: 'spent' }],
  ])('%s', async (path, expected) => {
    await using proxy = await proxyTo('http://127.0.0.1:1', gate);
    const answer = await talk(`${proxy.base}${path}`, { body: Buffer.from('{"model":"m","stream":true}') });
    expect([answer.status, answer.headers['content-type'], answer.headers['x-should-retry']]).toEqual([
      402,
      'application/json',
      'false',
    ]);
    expect(JSON.parse(answer.body.toString())).toEqual(expected);
  });
});

test('what is no call to a model passes, also where calls are refused', async () => {
  await using provider = await startProvider((_asked, response) => void response.end('as it was'));
  await using proxy = await proxyTo(provider.url, () => ({ refused: { status: 402, type: 'x', message: 'x' } }));
  const paths = [
    'messages/count_tokens',
    'messages/batches',
    'batches',
    'files',
    'images/generations',
    'audio/speech',
    'audio/transcriptions',
    'threads/thread_1/messages',
    'moderations',
    'models/gemini-x:countTokens',
  ];
  for (const path of paths)
    expect((await talk(`${proxy.base}/v1/${path}`, { body: Buffer.from('{}') })).body.toString()).toBe('as it was');
  expect(proxy.calls).toEqual([]);
});
