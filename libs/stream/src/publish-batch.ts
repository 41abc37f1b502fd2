import type { StreamBatch } from '@telltale/contracts/batch';
import { encodeBatch, entryFields } from './batch-codec.ts';
import type { StreamConnection } from './connect.ts';
import { keys, recordShardCount, recordShardOf } from './keys.ts';
import { runScript, script } from './run-script.ts';
import { toStreamError } from './stream-error.ts';

/** Where a published batch lies. */
export type PublishedEntry = { shard: number; entryId: string };

/** An entry as a word that travels: what a producer gives back when it asks whether its batch is still there. */
export const receiptOf = ({ shard, entryId }: PublishedEntry): string => `${shard}/${entryId}`;

/** The entry a receipt names; null when there is none or it is not ours. */
export function entryOf(receipt: string | null): PublishedEntry | null {
  const match = receipt === null ? null : /^(\d{1,2})\/(\d{1,20}-\d{1,20})$/.exec(receipt);
  const shard = Number(match?.[1]);
  return match?.[2] === undefined || shard >= recordShardCount ? null : { shard, entryId: match[2] };
}

export type BatchPublisher = {
  /**
   * Appends one batch as one entry, without any trimming. Resolves when Redis has it. Throws StreamUnavailableError
   * (503 with a retry-after) when Redis is full, read-only or away: then the batch may or may not be in the stream, and
   * publishing it again is harmless.
   */
  publish(batch: StreamBatch): Promise<PublishedEntry>;
  /** Whether an entry is still in its stream; a producer asks this of its oldest unsettled batch. */
  exists(entry: PublishedEntry): Promise<boolean>;
};

/** KEYS: batches, waiting. ARGV: team, producer, seq, payload. Both in one step, so that the count is never off. */
const append = script(`local id = redis.call('XADD', KEYS[1], '*', '${entryFields.team}', ARGV[1],
  '${entryFields.producer}', ARGV[2], '${entryFields.seq}', ARGV[3], '${entryFields.payload}', ARGV[4])
redis.call('HINCRBY', KEYS[2], ARGV[1], #ARGV[4])
return id`);

/** A batch as `encodeBatch` made it, for who keeps that very payload. */
export type EncodedBatch = { teamId: string; producerId: string; seq: number; payload: Buffer };

/** What `BatchPublisher.publish` does, for a payload that was encoded before. */
export async function publishEncoded(
  redis: StreamConnection,
  { teamId, producerId, seq, payload }: EncodedBatch,
): Promise<PublishedEntry> {
  const shard = recordShardOf(producerId);
  const fields = [teamId, producerId, seq, payload];
  try {
    const entryId = await runScript(redis, append, [keys.batches(shard), keys.waiting(shard)], fields);
    if (typeof entryId !== 'string') throw new Error('XADD answered nothing');
    return { shard, entryId };
  } catch (error) {
    throw toStreamError(error);
  }
}

/** `redis` is a connection of `connectWriter`. */
export function createBatchPublisher(redis: StreamConnection): BatchPublisher {
  return {
    async publish(batch) {
      const { team_id: teamId, producer_id: producerId, seq } = batch;
      return publishEncoded(redis, { teamId, producerId, seq, payload: encodeBatch(batch) });
    },
    async exists({ shard, entryId }) {
      try {
        return (await redis.xrange(keys.batches(shard), entryId, entryId)).length > 0;
      } catch (error) {
        throw toStreamError(error);
      }
    },
  };
}
