import { createHash } from 'node:crypto';
import type { StreamConnection } from './connect.ts';

/** A Lua script with its digest. */
export type Script = { source: string; sha: string };

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
