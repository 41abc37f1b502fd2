import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { until } from './until.ts';

let server: Server;
let arrived: string;
let proxy: FaultProxy;
let sockets: Socket[];

/** A server that answers each piece with the same piece. */
beforeEach(async () => {
  arrived = '';
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      arrived += chunk.toString('latin1');
      socket.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await startFaultProxy({
    target: { host: '127.0.0.1', port: typeof address === 'object' ? address!.port : 0 },
  });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function client() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  let heard = '';
  let error: string | undefined;
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  socket.on('error', (failure) => (error = String(Reflect.get(failure, 'code'))));
  await once(socket, 'connect');
  return {
    say: (text: string) => socket.write(text, 'latin1'),
    heard: () => heard,
    error: () => error,
    closed: () => socket.destroyed,
    end: () => socket.end(),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

test('without a toxic every byte passes, and an end passes too', async () => {
  using one = await client();
  const text = 'x'.repeat(300_000);
  one.say(text);
  await until(() => one.heard() === text);
  one.end();
  await until(() => one.closed());
  expect(proxy.hits().size).toBe(0);
});

test('latency makes an answer late', async () => {
  using one = await client();
  const end = proxy.add({ kind: 'latency', ms: 60, jitterMs: 10 }, 'both');
  const before = performance.now();
  one.say('ping');
  await until(() => one.heard() === 'ping', { everyMs: 1 });
  expect(performance.now() - before).toBeGreaterThanOrEqual(119);
  end();
  expect(proxy.hits().get('latency')).toBe(2);
});

test('a partition holds what is sent and lets it through when it ends', async () => {
  using one = await client();
  const end = proxy.add({ kind: 'blackhole' }, 'up');
  one.say('held');
  await until(() => proxy.hits().get('blackhole') === 1);
  expect(arrived).toBe('');
  end();
  await until(() => one.heard() === 'held');
});

test('half-open: what is said arrives, the answer does not', async () => {
  using one = await client();
  proxy.add({ kind: 'blackhole' }, 'down');
  one.say('heard?');
  await until(() => arrived === 'heard?' && proxy.hits().get('blackhole') === 1);
  expect(one.heard()).toBe('');
});

test('a reset comes after so many bytes, which still arrive', async () => {
  using one = await client();
  proxy.add({ kind: 'reset', afterBytes: 5 }, 'up');
  one.say('0123456789');
  await until(() => one.closed());
  expect(one.error()).toBe('ECONNRESET');
  expect(['', '01234']).toContain(arrived);
  expect(proxy.hits().get('reset')).toBe(1);
});

test('slicing changes nothing but the pieces', async () => {
  using one = await client();
  proxy.add({ kind: 'slice', bytes: 7 }, 'both');
  const text = Array.from({ length: 200 }, (_, n) => `line ${n}\n`).join('');
  one.say(text);
  await until(() => one.heard() === text);
});

test('corruption keeps the length and flips bits', async () => {
  using one = await client();
  proxy.add({ kind: 'corrupt', everyBytes: 20 }, 'up');
  const text = 'a'.repeat(2_000);
  one.say(text);
  await until(() => one.heard().length === text.length);
  expect(arrived).not.toBe(text);
  expect(proxy.hits().get('corrupt')).toBeGreaterThan(20);
});

test('a bandwidth takes its time', async () => {
  using one = await client();
  proxy.add({ kind: 'bandwidth', bytesPerSecond: 10_000 }, 'up');
  const before = performance.now();
  one.say('b'.repeat(1_000));
  await until(() => one.heard().length === 1_000, { everyMs: 1 });
  expect(performance.now() - before).toBeGreaterThanOrEqual(95);
});

test('an answer is lost after the request got through', async () => {
  using one = await client();
  proxy.add({ kind: 'lose_answer', to: /commit/ }, 'up');
  one.say('begin');
  await until(() => one.heard() === 'begin');
  one.say('commit');
  await until(() => one.closed());
  expect(arrived).toBe('begincommit');
  expect(one.heard()).toBe('begin');
});

test('away means refused, and back means served', async () => {
  using one = await client();
  proxy.goAway();
  await until(() => one.closed());
  using refused = await client().catch(() => ({ closed: () => true, [Symbol.dispose]() {} }));
  await until(() => refused.closed());
  proxy.comeBack();
  using two = await client();
  two.say('again');
  await until(() => two.heard() === 'again');
});
