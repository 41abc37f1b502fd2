import type { StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import { encodeBatch } from '@telltale/stream/batch-codec';
import { receiptOf, type PublishedEntry } from '@telltale/stream/publish-batch';
import type { EncodedBatch } from '@telltale/stream/publish-batch';
import type { Relay } from './relay.ts';
import { RelayFullError, type HeldBatch, type RelaySpool } from './relay/relay-spool.ts';

export type SpoolRelayDeps = {
  spool: RelaySpool;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
  /** How far a producer is stored, by the collector's word. */
  storedSeq: (teamId: string, producerId: string) => Promise<number | null>;
  clock: Pick<Clock, 'monotonic'>;
  onAccepted: (batch: StreamBatch) => void;
};

/** Seconds after which the disk may have room again. */
const retryAfter = 5;

function asUnavailable(error: unknown): TelltaleError {
  const detail =
    error instanceof RelayFullError
      ? 'too much of what was taken is not stored yet; send again after the time in Retry-After'
      : 'the relay cannot write its spool; send again after the time in Retry-After';
  return new TelltaleError('unavailable', detail, { retryAfter, cause: error });
}

/**
 * Takes a batch into the spool of this process and into the stream, both at once, and says so when both have it. When
 * one fails nothing was taken: the caller comes again. A batch that is held already is not taken twice.
 */
export function spoolRelay({ spool, publish, storedSeq, clock, onAccepted }: SpoolRelayDeps): Relay {
  /** A batch of the same number that waits to be stored: the same one came again, or another one must not replace it. */
  const known = (batch: StreamBatch): HeldBatch | undefined => {
    const held = spool.get({ teamId: batch.team_id, producerId: batch.producer_id, seq: batch.seq });
    if (held === undefined || held.idsHash === batch.ids_hash) return held;
    const detail = `seq ${batch.seq} of ${batch.producer_id} was taken with other records; send these under a new seq`;
    throw new TelltaleError('seq_reused', detail);
  };

  return {
    async accept(batch) {
      const { team_id: teamId, producer_id: producerId, seq } = batch;
      const before = known(batch);
      if (before?.receipt != null) {
        return { receipt: before.receipt, storedSeq: await storedSeq(teamId, producerId).catch(() => null) };
      }
      const payload = encodeBatch(batch);
      const writing = before ?? spool.append({ teamId, producerId, seq, idsHash: batch.ids_hash, payload });
      const [written, published, stored] = await Promise.allSettled([
        writing,
        publish({ teamId, producerId, seq, payload }),
        storedSeq(teamId, producerId),
      ]);
      if (written.status === 'rejected') throw asUnavailable(written.reason);
      if (published.status === 'rejected') {
        if (before === undefined) spool.forget(written.value);
        throw published.reason;
      }
      const receipt = receiptOf(published.value);
      Object.assign(written.value, { receipt, sentAt: clock.monotonic() });
      onAccepted(batch);
      return { receipt, storedSeq: stored.status === 'fulfilled' ? stored.value : null };
    },
  };
}
