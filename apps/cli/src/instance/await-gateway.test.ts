import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@telltale/runtime/clock';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { freePort } from '@telltale/embedded/free-port';
import { expect, test } from 'vitest';
import { awaitGateway } from './await-gateway.ts';

test('a gateway that starts a moment later is waited for, and that is said once', async () => {
  const port = await freePort();
  const said: string[] = [];
  const waiting = awaitGateway(`http://127.0.0.1:${port}`, {
    clock: systemClock,
    say: (line) => {
      said.push(line);
      server.listen(port, '127.0.0.1');
    },
  });
  const server = createServer((_request, response) => response.end('ok'));
  await waiting;
  expect(said).toHaveLength(1);
  expect((server.address() as AddressInfo).port).toBe(port);
  await new Promise((done) => server.close(done));
});

test('where nothing ever answers the wait ends', async () => {
  let now = 0;
  const clock = { ...createManualClock(), monotonic: () => (now += 4_000), sleep: async () => {} };
  await awaitGateway('http://127.0.0.1:1', { clock, say: () => {} });
  expect(now).toBeGreaterThan(15_000);
});
