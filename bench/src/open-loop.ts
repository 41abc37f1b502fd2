import { setTimeout as delay } from 'node:timers/promises';
import type { StreamBatch } from '@telltale/contracts/batch';
import { encodeBatch } from '@telltale/stream/batch-codec';
import type { EncodedBatch, PublishedEntry } from '@telltale/stream/publish-batch';
import type { Generator } from './generate.ts';

/** Between two batches. */
const everyMs = 10;

/** A batch as it is published, with the ids of its records. */
type Made = { encoded: EncodedBatch; ids: readonly string[] };
/** The same and the moment it was due (epoch ms, with a fraction): waiting behind a slow system counts as lag. */
export type Due = Made & { due: number };

/** Ready to be sent: 200,000 records as objects would cost the measuring process more than the sending does. */
const toMade = (batch: StreamBatch): Made => ({
  encoded: {
    teamId: batch.team_id,
    producerId: batch.producer_id,
    seq: batch.seq,
    payload: encodeBatch(batch),
  },
  ids: batch.records.map(({ id }) => id),
});

/** Sends the batches that are due now, in order; a publish that fails ends the run. */
export async function sendOpenLoop(options: {
  generator: Generator;
  recordsPerSecond: number;
  seconds: number;
  /**
   * Producers that publish at each step, in turn, so that each publishes at a steady pace; left out, one that is drawn.
   */
  producersAtOnce?: number;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
  /** Hears of each batch just before it is sent. */
  onSend: (sent: Due) => void;
  /** Hears where it lies once Redis has it. */
  onPublished?: (sent: Due, entry: PublishedEntry) => void;
}): Promise<void> {
  const { generator, recordsPerSecond, seconds, producersAtOnce, publish, onSend, onPublished } = options;
  const atOnce = producersAtOnce ?? 1;
  const size = Math.max(1, Math.round((recordsPerSecond * everyMs) / 1000 / atOnce));
  const batches = Math.ceil((recordsPerSecond * seconds) / size);
  // Made beforehand: making them must not slow what is measured.
  const made = Array.from({ length: batches }, (_, index) =>
    toMade(producersAtOnce === undefined ? generator.next(size) : generator.next(size, index)),
  );
  const start = performance.timeOrigin + performance.now() + everyMs;
  const pending: Promise<unknown>[] = [];
  for (const [index, one] of made.entries()) {
    const due = start + Math.floor(index / atOnce) * everyMs;
    const early = due - (performance.timeOrigin + performance.now());
    if (early > 0) await delay(early);
    const sent = { ...one, due };
    onSend(sent);
    const published = publish(one.encoded).then((entry) => onPublished?.(sent, entry));
    // It ends the run at the end of the loop, not the process in the middle of it.
    published.catch(() => undefined);
    pending.push(published);
  }
  await Promise.all(pending);
}
