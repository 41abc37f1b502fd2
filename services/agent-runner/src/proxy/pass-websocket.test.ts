import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { systemClock } from '@telltale/runtime/clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import type { CallGate } from './forward.ts';
import { startMeteringProxy } from './metering-proxy.ts';
import { upstreamOf, type Upstream } from './upstreams.ts';

/** A provider that speaks back in capitals once a connection is upgraded, and what a client heard through a proxy. */
async function heard(path: string, gate?: CallGate, holdsCalls = true): Promise<{ text: string; asked: string[] }> {
  const asked: string[] = [];
  const provider = createServer().on('upgrade', (request, socket) => {
    asked.push(`${request.url} ${request.headers.host} ${request.headers['authorization']}`);
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nx-own: 1\r\n\r\n');
    socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase()));
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', base) as Upstream],
    onCall: () => undefined,
    ...(gate === undefined ? {} : { gate, holdsCalls: () => holdsCalls }),
    env: {},
    clock: systemClock,
  });
  const { port, pathname } = new URL(proxy.urls.get('openai') ?? '');
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  socket.on('error', () => undefined);
  socket.write(
    `GET ${pathname}${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nhello`,
  );
  await until(() => text.includes('HELLO') || socket.readableEnded || socket.destroyed);
  await proxy[Symbol.asyncDispose]();
  await until(() => socket.destroyed || socket.readableEnded);
  provider.close();
  return { text, asked: asked.map((one) => one.replace(/:\d+/, '')) };
}

test('a conversation that knows no other way than a WebSocket passes as it is, and ends with the run', async () => {
  const { text, asked } = await heard('/realtime?model=gpt-realtime');
  expect(asked).toEqual(['/v1/realtime?model=gpt-realtime 127.0.0.1 Bearer k']);
  expect(text).toMatch(/^HTTP\/1\.1 101 /);
  expect(text).toContain('x-own: 1');
  expect(text).toMatch(/HELLO$/);
});

test('where calls are limited it is told to use HTTP, as all others are', async () => {
  const admit: CallGate = () => ({ settle: () => undefined });
  for (const said of [await heard('/realtime', admit), await heard('/responses')]) {
    expect(said.text).toMatch(/^HTTP\/1\.1 426 /);
    expect(said.asked).toEqual([]);
  }
  // A budget may come while a run goes on: until then its gate lets everything through.
  expect((await heard('/realtime', admit, false)).text).toMatch(/^HTTP\/1\.1 101 /);
});

test('a refused one that goes on talking holds up neither itself nor the end of the run', async () => {
  const proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', 'http://127.0.0.1:9/v1') as Upstream],
    onCall: () => undefined,
    env: {},
    clock: systemClock,
  });
  const { port, pathname } = new URL(proxy.urls.get('openai') ?? '');
  const ask = `GET ${pathname}/responses HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`;
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  socket.on('error', () => undefined);
  socket.write(ask);
  await until(() => text.startsWith('HTTP/1.1 426 ') && socket.readableEnded);
  socket.write('and this');
  await proxy[Symbol.asyncDispose]();
  socket.destroy();
});

test('any other upgrade is an offer that is ignored: the call is made and answered', async () => {
  const asked: string[] = [];
  const provider = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(
        `${request.headers.upgrade ?? 'no upgrade'} ${String(request.headers['http2-settings'] ?? 'none')} ${body}`,
      );
      response.end('{"answered":true}');
    });
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', base) as Upstream],
    onCall: () => undefined,
    env: {},
    clock: systemClock,
  });
  const { port, pathname } = new URL(proxy.urls.get('openai') ?? '');
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  const offer = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAA';
  const body = '{"model":"m","messages":[]}';
  const call = `POST ${pathname}/chat/completions HTTP/1.1\r\nhost: x\r\n${offer}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  socket.write(call);
  await until(() => text.includes('answered'));
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  // On the same connection, as a client would that keeps it.
  text = '';
  socket.write(call);
  await until(() => text.includes('answered'));
  expect(asked).toEqual([`no upgrade none ${body}`, `no upgrade none ${body}`]);
  await proxy[Symbol.asyncDispose]();
  await until(() => socket.destroyed);
  provider.close();
});
