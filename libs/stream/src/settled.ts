import { z } from 'zod';
import type { StreamConnection } from './connect.ts';
import { keys } from './keys.ts';
import { toStreamError } from './stream-error.ts';

/** How far a producer is stored. */
export type Settled = {
  /** The highest seq that is stored with all below it. */
  stored_seq: number;
  /** The lowest seq that is not stored while a higher one is. */
  first_gap: number | null;
  /** Of the store that says so. */
  store_epoch: string;
  /** The store knows its last seq. */
  closed: boolean;
};
export type SettledProducer = Settled & { teamId: string; producerId: string };

/** A producer that nothing is heard of for so long is told again as soon as one of its batches comes. */
const keptSeconds = 2 * 86_400;

const settled = z.object({
  stored_seq: z.int(),
  first_gap: z.int().nullable(),
  store_epoch: z.string(),
  closed: z.boolean(),
});

/** Writes the collector's word for each producer. Best effort by design: a word that is lost is asked for again. */
export async function writeSettled(redis: StreamConnection, producers: readonly SettledProducer[]): Promise<void> {
  await Promise.all(
    producers.map(({ teamId, producerId, ...word }) =>
      redis.set(keys.settled(teamId, producerId), JSON.stringify(word), 'EX', keptSeconds),
    ),
  );
}

function parse(text: string | null): Settled | null {
  try {
    const parsed = settled.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not written by a collector of this kind; the next word replaces it.
    return null;
  }
}

/** The collector's word; null when it has not spoken, or not since the store was restored. */
export async function readSettled(
  redis: StreamConnection,
  { teamId, producerId }: { teamId: string; producerId: string },
): Promise<Settled | null> {
  try {
    const [text, epoch] = await Promise.all([redis.get(keys.settled(teamId, producerId)), redis.get(keys.storeEpoch)]);
    const word = parse(text);
    return word === null || (epoch !== null && epoch !== word.store_epoch) ? null : word;
  } catch (error) {
    throw toStreamError(error);
  }
}

/**
 * The same for a producer that asks about itself: one that the collectors never spoke of has nothing stored, as far as
 * they know. null while not even the store is known.
 */
export async function askSettled(
  redis: StreamConnection,
  name: { teamId: string; producerId: string },
): Promise<Settled | null> {
  const [word, epoch] = await Promise.all([readSettled(redis, name), readStoreEpoch(redis)]);
  return word ?? (epoch === null ? null : { stored_seq: 0, first_gap: null, store_epoch: epoch, closed: false });
}

/** The store's epoch, to be written after the words of all producers that it knows. */
export async function writeStoreEpoch(redis: StreamConnection, epoch: string): Promise<void> {
  await redis.set(keys.storeEpoch, epoch);
}

/** The store's epoch as the collectors saw it; null before the first. */
export async function readStoreEpoch(redis: StreamConnection): Promise<string | null> {
  try {
    return await redis.get(keys.storeEpoch);
  } catch (error) {
    throw toStreamError(error);
  }
}
