import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { EmbeddedError } from './server.ts';

/**
 * Below those that a system gives to whoever asks for any port (Linux: from 32768): one of these stays free until its server
 * is there, and free for it while that is started again.
 */
const own = { from: 20_000, to: 32_768 } as const;
const draws = 50;

/** The port of 127.0.0.1 that can be had, null when it is taken; 0 asks for any. */
async function whenFree(port: number): Promise<number | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? null) : null;
}

/** A TCP port of 127.0.0.1 that was free a moment ago, and that nobody is given by chance. */
export async function freePort(draw: () => number = () => randomInt(own.from, own.to)): Promise<number> {
  for (let drawn = 0; drawn < draws; drawn += 1) {
    const port = await whenFree(draw());
    if (port !== null) return port;
  }
  const any = await whenFree(0);
  if (any === null) throw new Error('no TCP port of 127.0.0.1 is free');
  return any;
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
