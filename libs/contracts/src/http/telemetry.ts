import { z } from 'zod';
import { teamQuery } from './query.ts';

export const telemetryQuery = z.strictObject({
  ...teamQuery,
  /** `stored`: answer 200 after the commit, or 202 when that takes longer than 10 s. */
  wait: z.enum(['stored'], { error: 'is not stored' }).optional(),
});

/** How far a producer's batches are stored. */
export const producerAnswer = z.object({
  producer_id: z.string(),
  /** The highest seq that is settled together with all below it; 0 when none is. */
  stored_seq: z.int(),
  /** The lowest seq that is missing below a stored one. */
  first_gap: z.int().optional(),
});
export type ProducerAnswer = z.output<typeof producerAnswer>;
