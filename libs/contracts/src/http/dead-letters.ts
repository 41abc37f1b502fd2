import { z } from 'zod';
import { count } from '../text.ts';
import { instant, pageAnswer, pageQuery, teamQuery } from './query.ts';

/** What could not be stored: a record, or a whole batch (then without `record_id` and `kind`). */
export const deadLetter = z.object({
  id: z.uuid(),
  producer_id: z.string(),
  seq: z.int(),
  record_id: z.string().nullable(),
  kind: z.string().nullable(),
  reason: z.string(),
  /** What the store said. */
  detail: z.string(),
  /** Failures so far; the seq of a replay. */
  attempts: count,
  size_bytes: count,
  created_at: instant,
  last_at: instant,
});
export type DeadLetterRow = z.output<typeof deadLetter>;

/** `payload` as it came: text, or base64 of bytes that are no UTF-8. */
export const deadLetterDetail = deadLetter.extend({ payload: z.string(), encoding: z.enum(['utf8', 'base64']) });
export type DeadLetterDetail = z.output<typeof deadLetterDetail>;

export const deadLettersQuery = z.strictObject({ ...teamQuery, limit: pageQuery.limit, offset: pageQuery.offset });
export const deadLettersAnswer = z.object({ dead_letters: z.array(deadLetter), ...pageAnswer });
export type DeadLettersAnswer = z.output<typeof deadLettersAnswer>;

/** Published; the letter is gone once its records are stored, or says why they were not. */
export const replayAnswer = z.object({ id: z.uuid(), producer_id: z.string(), seq: z.int(), records: count });
