import type { StreamConnection } from './connect.ts';
import { collectorGroup, keys, recordShards } from './keys.ts';
import { toStreamError } from './stream-error.ts';
import { lowestPending, readGroups } from './trim.ts';

export type StreamLag = {
  /** Batches published and not acknowledged yet. */
  batches: number;
  /** Age of the oldest of them by Redis's clock, in ms; 0 when there is none. */
  oldest_ms: number;
};

/** How far the collectors are behind, over all shards. Throws StreamUnavailableError while Redis does not answer. */
export async function readStreamLag(redis: StreamConnection): Promise<StreamLag> {
  const [[seconds, micros], shards] = await Promise.all([
    redis.time(),
    Promise.all(recordShards.map((shard) => readShard(redis, keys.batches(shard)))),
  ]).catch((error: unknown) => {
    throw toStreamError(error);
  });
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const ages = shards.map(({ oldest }) => (oldest === null ? 0 : Math.max(0, now - Number(oldest.split('-')[0]))));
  return { batches: shards.reduce((sum, { batches }) => sum + batches, 0), oldest_ms: Math.max(0, ...ages) };
}

async function readShard(redis: StreamConnection, key: string): Promise<{ batches: number; oldest: string | null }> {
  const group = (await readGroups(redis, key)).find(({ name }) => name === collectorGroup);
  const after = group?.lastDelivered ?? '0-0';
  const [lowest, undelivered, length] = await Promise.all([
    group !== undefined && group.pending > 0 ? lowestPending(redis, key, group.name) : null,
    redis.xrange(key, `(${after}`, '+', 'COUNT', 1),
    redis.xlen(key),
  ]);
  const next = undelivered[0]?.[0] ?? null;
  // Redis does not know the distance after some deletions; then everything in the stream counts.
  const waiting = next === null ? 0 : (group?.lag ?? length);
  return { batches: (lowest === null ? 0 : (group?.pending ?? 0)) + waiting, oldest: lowest ?? next };
}
