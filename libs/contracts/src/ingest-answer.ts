import { z } from 'zod';

/** What `POST /api/v1/telemetry` answers with 202 (or 200 for `?wait=stored`). */
export const ingestAnswer = z.object({
  producer_id: z.string(),
  seq: z.int(),
  accepted: z.int(),
  rejected: z.array(
    z.object({
      index: z.int(),
      id: z.string().optional(),
      pointer: z.string(),
      code: z.string(),
      detail: z.string(),
    }),
  ),
  /** The highest seq of this producer that is stored, with all below it. */
  stored_seq: z.int().optional(),
  /** Names the batch when its producer asks later whether it is missing; opaque. */
  receipt: z.string().optional(),
});
export type IngestAnswer = z.output<typeof ingestAnswer>;
