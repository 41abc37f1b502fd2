import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from './start-product.ts';

type Message = { agent_id?: string; event: string; data: { items?: { id?: string; message?: string }[] } };
type Ack = { ok: boolean; snapshot: { activity_logs?: { message: string }[] } | null; cursor: string };

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product[Symbol.asyncDispose]());

function connect(token: string): Socket {
  return io(product.url, { auth: { token }, transports: ['websocket'], reconnection: false });
}

const subscribe = (socket: Socket, target: object): Promise<Ack> =>
  socket.emitWithAck('subscribe', target) as Promise<Ack>;

test('a viewer has the snapshot, then every line once, from POST to socket', async () => {
  const say = (message: string): Promise<Response> =>
    product.post('/telemetry', { records: [aRecord('log_entry', { agent_id: 'seen', message })] });
  await say('before');
  await until(async () => {
    const { activity_logs } = await product.get<{ activity_logs: unknown[] }>('/agents/seen/telemetry');
    return activity_logs.length === 1;
  });
  const socket = connect(product.key);
  const heard: string[] = [];
  socket.on('telemetry', ({ messages }: { messages: Message[] }) => {
    for (const { data } of messages) for (const item of data.items ?? []) heard.push(item.message ?? '');
  });
  const ack = await subscribe(socket, { agent_id: 'seen' });
  expect(ack.snapshot?.activity_logs?.map(({ message }) => message)).toEqual(['before']);
  for (let n = 1; n <= 20; n += 1) await say(`after ${n}`);
  await until(() => heard.length >= 20);
  expect(heard.toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `after ${n + 1}`).toSorted());
  socket.disconnect();
});

test('a wrong key is refused at the handshake with a reason', async () => {
  const socket = connect('tt_000000000000_0000000000000000000000000000000000000000000');
  const error = await new Promise<Error>((done) => socket.on('connect_error', done));
  expect(error.message).not.toBe('');
  socket.disconnect();
});
