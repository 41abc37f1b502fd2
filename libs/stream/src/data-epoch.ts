import { randomUUID } from 'node:crypto';
import type { StreamConnection } from './connect.ts';
import { keys } from './keys.ts';

/**
 * The epoch of Redis's data: its run_id with a word kept in the data. A restart changes the first, FLUSHALL or a lost
 * append-only file the second; either means that stream ids seen before say nothing.
 */
export async function readDataEpoch(redis: StreamConnection): Promise<string> {
  await redis.set(keys.dataEpoch, randomUUID().slice(0, 8), 'NX');
  const [word, server] = await Promise.all([redis.get(keys.dataEpoch), redis.info('server')]);
  const runId = /run_id:(\S+)/.exec(server)?.[1] ?? 'unknown';
  return `${runId.slice(0, 12)}.${word ?? 'none'}`;
}
