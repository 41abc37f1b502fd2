import type { StreamConnection } from './connect.ts';
import { keys, recordShards } from './keys.ts';
import { toStreamError } from './stream-error.ts';
import { readStreamLag } from './stream-lag.ts';

/** How full the stream is, and who fills it. */
export type StreamPressure = {
  usedBytes: number;
  /** Redis's `maxmemory`; without one the memory of its machine. */
  limitBytes: number;
  /** Batches published and not acknowledged yet, and the age of the oldest in ms. */
  batches: number;
  oldestMs: number;
  /** Payload bytes of each team that wait to be stored. */
  waitingBytes: ReadonlyMap<string, number>;
};

/** Throws StreamUnavailableError while Redis does not answer. */
export async function readPressure(redis: StreamConnection): Promise<StreamPressure> {
  try {
    const [memory, lag, ...shards] = await Promise.all([
      redis.info('memory'),
      readStreamLag(redis),
      ...recordShards.map((shard) => redis.hgetall(keys.waiting(shard))),
    ]);
    const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1] ?? 0);
    const waitingBytes = new Map<string, number>();
    for (const [team, bytes] of shards.flatMap((shard) => Object.entries(shard))) {
      waitingBytes.set(team, (waitingBytes.get(team) ?? 0) + Number(bytes));
    }
    const limitBytes = field('maxmemory') || field('total_system_memory');
    return { usedBytes: field('used_memory'), limitBytes, batches: lag.batches, oldestMs: lag.oldest_ms, waitingBytes };
  } catch (error) {
    throw toStreamError(error);
  }
}
