import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { watchUnused } from './close-server.ts';

test('a server closes although somebody connected and never asked anything, and answers who has asked first', async () => {
  const answer = Promise.withResolvers<void>();
  const server = createServer(
    (_request, response) =>
      void answer.promise.then(
        () => response.end('whole'),
        () => undefined,
      ),
  );
  const closeInTime = watchUnused(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let [connections, requests] = [0, 0];
  server.on('connection', () => (connections += 1)).on('request', () => (requests += 1));
  const silent = connect(port, '127.0.0.1');
  const left = once(silent, 'close');
  const asked = fetch(`http://127.0.0.1:${port}/`);
  await until(() => connections === 2 && requests === 1);
  const closed = closeInTime(() => new Promise((resolve) => server.close(resolve)));
  await left;
  answer.resolve();
  expect(await (await asked).text()).toBe('whole');
  await closed;
});
