import { z } from 'zod';
import { teamQuery } from './query.ts';

export const telemetryQuery = z.strictObject({
  ...teamQuery,
  /** `stored`: answer 200 after the commit, or 202 when that takes longer than 10 s. */
  wait: z.enum(['stored'], { error: 'is not stored' }).optional(),
});

const receipt = /^(\d{1,16})~(\d{1,2}\/\d{1,20}-\d{1,20})$/;

/** `sent=7~3/1700000000000-0,8~…`: batches (seq and receipt) that the caller wants to know to be there. */
export const producerQuery = z.strictObject({
  ...teamQuery,
  sent: z
    .string()
    .max(4_000)
    .transform((list) => list.split(',').map((item) => receipt.exec(item)))
    .refine((items) => items.length <= 50 && items.every((item) => item !== null), {
      error: 'is not a list of at most 50 seq~receipt pairs',
    })
    .transform((items) => items.map((item) => ({ seq: Number(item?.[1]), receipt: item?.[2] ?? '' })))
    .optional(),
});

/** On every answer about a producer, 404 too: another epoch means that the store was restored from a backup. */
export const storeEpochHeader = 'telltale-store-epoch';

/** How far a producer's batches are stored. */
export const producerAnswer = z.object({
  producer_id: z.string(),
  /** The highest seq that is settled together with all below it; 0 when none is. */
  stored_seq: z.int(),
  /** The lowest seq that is missing below a stored one. */
  first_gap: z.int().optional(),
  /** The highest seq it made, when it has closed. */
  last_seq: z.int().optional(),
  /** Those of the asked batches that have to be sent again. */
  missing: z.array(z.int()).optional(),
});
export type ProducerAnswer = z.output<typeof producerAnswer>;
