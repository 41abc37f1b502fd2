import { z } from 'zod';
import { count } from '../text.ts';
import { pageAnswer, pageQuery, teamQuery } from './query.ts';

/** Records by reason. */
const byReason = z.record(z.string(), count);

/**
 * One line of the books, in records: issued = stored + dead_lettered + rejected + dropped + lost + open. `issued` is null where a producer keeps no account of it.
 */
const books = {
  issued: count.nullable(),
  stored: count,
  dead_lettered: count,
  rejected: count,
  dropped: byReason,
  /**
   * `restore`: a restored backup did not have it and no spool has it any more; `gap`: its producer gave it up; `unsent`:
   * it never left its process. Known when a producer has closed; null: something is lost, not known how much.
   */
  lost: byReason.nullable(),
  /**
   * Issued and in none of the other numbers: on its way, or waiting in a spool. 0: the books balance; below 0 they are
   * wrong; null where nobody keeps an account. In the total it is that of the producers that keep one.
   */
  open: z.int().nullable(),
} as const;

export const producerBooks = z.object({
  /** `body:*` stands for all un-numbered bodies of the team. */
  producer_id: z.string(),
  ...books,
  /** The highest seq that is settled together with all below it; null where nothing is numbered. */
  stored_seq: count.nullable(),
  /** It said that it will send nothing more. */
  closed: z.boolean(),
  /** Batches that were given up. */
  lost_batches: count,
  /** Records that came again when they had long been stored; in no other number. */
  late_duplicates: count,
});
export type ProducerBooks = z.output<typeof producerBooks>;

/**
 * Over all producers of the team; `issued` sums those that keep an account, `unaccounted_producers` do not. `lost` sums
 * what is known; `lost_batches` are all that were given up, those of producers without an account among them, of which
 * nobody knows how many records they held. `expired`: of what was stored, records that have gone since, by why (`age`,
 * `size`).
 */
export const totalBooks = z.object({
  ...books,
  unaccounted_producers: count,
  lost_batches: count.optional(),
  expired: byReason.optional(),
});
export type TotalBooks = z.output<typeof totalBooks>;

export const deliveryQuery = z.strictObject({ ...teamQuery, limit: pageQuery.limit, offset: pageQuery.offset });
export const deliveryAnswer = z.object({
  /** Last heard of first. */
  producers: z.array(producerBooks),
  total: totalBooks,
  /** Age of the oldest batch that waits to be stored, of all teams. */
  stream_lag_ms: z.number().nonnegative(),
  /** Age of the oldest batch that waits to be folded into the rollups, of all teams. */
  rollup_lag_ms: z.number().nonnegative(),
  /** null: not measured. */
  canary: z.object({ p50_ms: z.number(), p95_ms: z.number(), p99_ms: z.number() }).nullable(),
  /** Whether this gateway takes records in at the moment. */
  intake: z.object({
    open: z.boolean(),
    /** Why not. */
    reason: z.enum(['memory', 'lag']).nullable(),
    /** null: not known yet. */
    stream_used_bytes: count.nullable(),
    stream_limit_bytes: count.nullable(),
    waiting_batches: count.nullable(),
    /** Batches sent back to be sent again, since the start of this gateway. */
    refused: byReason,
  }),
  limit: pageAnswer.limit,
  offset: pageAnswer.offset,
});
export type DeliveryAnswer = z.output<typeof deliveryAnswer>;
