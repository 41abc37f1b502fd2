import { createHash } from 'node:crypto';
import type { StreamConnection } from './connect.ts';

/** A Lua script with its digest. */
export type Script = { source: string; sha: string };

/**
 * Of a script that must run while Redis is full: what drains it (leases, counters, deltas of what is stored) would
 * otherwise be refused for the very reason that it is needed. It has to be the first line.
 */
export const evenWhenFull = '#!lua flags=allow-oom\n';

export const script = (source: string): Script => ({ source, sha: createHash('sha1').update(source).digest('hex') });

/** Runs a script by its digest, and sends its text only to a Redis that does not have it (new, flushed, failed over). */
export async function runScript(
  redis: StreamConnection,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(source, keys.length, ...keys, ...args);
  }
}
