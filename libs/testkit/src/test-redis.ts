import { Redis } from 'ioredis';
import { provided } from './provided.ts';

export type TestRedis = AsyncDisposable & { url: string };

/**
 * A logical database of the run's Redis, empty. Commands that reach the whole server (FLUSHALL, CONFIG SET, CLIENT
 * PAUSE) need `startPrivateRedis` instead: a neighbour's test would see them.
 */
export async function createTestRedis(): Promise<TestRedis> {
  const admin = new Redis(provided.redisUrl(), { maxRetriesPerRequest: 1 });
  const number = await admin.incr('testkit:database');
  const url = `${provided.redisUrl()}/${number}`;
  await admin.quit();
  return {
    url,
    async [Symbol.asyncDispose]() {
      const client = new Redis(url, { maxRetriesPerRequest: 1 });
      await client.flushdb();
      await client.quit();
    },
  };
}
