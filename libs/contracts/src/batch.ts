import { z } from 'zod';
import { limits } from './limits.ts';
import { count, name } from './text.ts';
import { time } from './time.ts';
import type { TelemetryRecord } from './records/record.ts';

/** Reasons a producer may give for records it never published. */
export const dropReason = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a reason is a lower_snake_case word' });

/** What a producer says about itself with each batch. Totals are since its opening; the greatest seen counts. */
export const producerAccount = {
  /** The lowest seq its spool still has on disk, settled or not. */
  floor: count.optional(),
  /** Records it has issued, dropped ones included. */
  issued: count.optional(),
  dropped: z.record(dropReason, count).optional(),
  /** The highest seq it ever made: it has closed. */
  last_seq: count.optional(),
} as const;

/** `POST /api/v1/telemetry`: records stay unknown here, so that each is judged apart from its neighbours. */
export const ingestBody = z
  .object({
    producer_id: name.optional(),
    /** From 1, without gaps; given together with `producer_id`. */
    seq: count.min(1).optional(),
    ...producerAccount,
    /** Empty only together with `last_seq`: such a body closes its producer and uses no seq. */
    records: z.array(z.unknown()).max(limits.recordsPerBatch),
  })
  .refine(({ records, last_seq }) => records.length > 0 || last_seq !== undefined, {
    path: ['records'],
    error: 'holds no record',
  });
export type IngestBody = z.output<typeof ingestBody>;

/**
 * One stream entry: what one producer published together, the unit of delivery and of the ledger. `team_id` was set by
 * whoever checked the key. `ids_hash` is a SHA-256 (hex) over the ids of all records as sent, refused ones included.
 */
export const streamBatch = z.object({
  v: z.literal(1),
  team_id: name,
  producer_id: name,
  seq: count.min(1),
  ids_hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** By the clock of the door that took it. */
  received_at: time,
  ...producerAccount,
  /** Records of this batch that the door refused; they are part of the books. */
  rejected: count,
  /** Each was checked by the door; the collector's schema accepts them as they are. */
  records: z.array(z.unknown()),
});
/** A message that only closes its producer: it has no seq of its own, and the ledger never hears of it. */
export const isClosing = ({ records, rejected, last_seq }: Pick<StreamBatch, 'records' | 'rejected' | 'last_seq'>) =>
  records.length === 0 && rejected === 0 && last_seq !== undefined;

export type StreamBatch = Omit<z.output<typeof streamBatch>, 'records'> & {
  records: TelemetryRecord[];
};
