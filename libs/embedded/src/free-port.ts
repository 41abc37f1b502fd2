import { once } from 'node:events';
import { createServer } from 'node:net';
import { EmbeddedError } from './server.ts';

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

/**
 * Runs a start on the wished port, or on a free one. A free port may be gone by the time the server asks for it, so
 * without a wish two more are tried.
 */
export async function onFreePort<T>(wished: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(wished ?? (await freePort()));
    } catch (error) {
      const taken = error instanceof EmbeddedError && /bind|in use|listen|TCP\/IP sockets/i.test(error.message);
      if (wished !== undefined || !taken || attempt === 3) throw error;
    }
  }
}
