import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('a free port is none of those that the system gives to others until it is used', async () => {
  for (const port of [await freePort(), await freePort(), await freePort()]) expect(port).toBeLessThan(32_768);
});

test('one that is taken is passed over', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port: taken } = holder.address() as AddressInfo;
  const other = await freePort();
  const drawn = [taken, taken, other];
  expect(await freePort(() => drawn.shift() ?? 0)).toBe(other);
  expect(await freePort(() => taken)).not.toBe(taken);
  holder.close();
});
