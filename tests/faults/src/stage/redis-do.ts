import { Redis } from 'ioredis';

/** One command by a client of its own, as somebody with redis-cli would give it. */
export async function redisDo(url: string, command: string, ...args: readonly (string | Buffer)[]): Promise<unknown> {
  const client = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
