import { connectWriter, disconnect } from './connect.ts';

/** What somebody who looks after Redis wants to know of it. */
export type StreamFacts = {
  /** `7.0.15`. */
  version: string;
  /** Anything but `noeviction` deletes batches that nobody stored yet. */
  policy: string;
  usedBytes: number;
  /** null: no limit but the machine's. */
  limitBytes: number | null;
  /** Whether every write is kept in the append-only file. */
  appendOnly: boolean;
  /** Whether the last write to disk went well. */
  lastWriteOk: boolean;
};

/** Asks the Redis behind a URL; throws what the client throws when it does not answer. */
export async function inspectStream(url: string): Promise<StreamFacts> {
  const redis = await connectWriter({ url, name: 'telltale-doctor' });
  try {
    const info = (await Promise.all(['server', 'memory', 'persistence'].map((part) => redis.info(part)))).join('\n');
    const field = (name: string): string => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
    return {
      version: field('redis_version') || 'unknown',
      policy: field('maxmemory_policy') || 'unknown',
      usedBytes: Number(field('used_memory')),
      limitBytes: Number(field('maxmemory')) || null,
      appendOnly: field('aof_enabled') === '1',
      lastWriteOk: field('aof_enabled') === '1' ? field('aof_last_write_status') === 'ok' : true,
    };
  } finally {
    disconnect(redis);
  }
}
