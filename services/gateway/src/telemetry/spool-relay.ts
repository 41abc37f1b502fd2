import { isClosing, type StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { BatchKey, BatchState } from '@telltale/store/read';
import { encodeBatch } from '@telltale/stream/batch-codec';
import { receiptOf, type PublishedEntry } from '@telltale/stream/publish-batch';
import type { EncodedBatch } from '@telltale/stream/publish-batch';
import { createNewestSeqs } from './newest-seqs.ts';
import type { Accepted, Relay } from './relay.ts';
import { nameOf, RelayFullError, type HeldBatch, type RelaySpool } from './relay/relay-spool.ts';
import { createTaking } from './taking.ts';

export type SpoolRelayDeps = {
  spool: RelaySpool;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
  /** How far a producer is stored, by the collector's word. */
  storedSeq: (teamId: string, producerId: string) => Promise<number | null>;
  /** What the store knows of a batch that its producer's watermark has passed. */
  stateOf: (key: BatchKey) => Promise<BatchState>;
  /** A batch came again that was stored so long ago that only the watermark knows it. */
  onLate: (batch: StreamBatch) => void;
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

function reusedSeq({ seq, producer_id }: StreamBatch, what: 'taken' | 'stored'): TelltaleError {
  const detail = `seq ${seq} of ${producer_id} was ${what} with other records; send these under a new seq`;
  return new TelltaleError('seq_reused', detail);
}

/**
 * Takes a batch into the spool of this process and into the stream, both at once, and says so when both have it. When
 * one fails nothing was taken: the caller comes again. A batch that is held already is not taken twice.
 */
export function spoolRelay(deps: SpoolRelayDeps): Relay {
  const { spool, publish, storedSeq, stateOf, clock, onAccepted, onLate } = deps;
  const newest = createNewestSeqs();
  const taking = createTaking();

  /** A batch of the same number that waits to be stored: the same one came again, or another one must not replace it. */
  const known = (batch: StreamBatch): HeldBatch | undefined => {
    const held = spool.get({ teamId: batch.team_id, producerId: batch.producer_id, seq: batch.seq });
    if (held === undefined || held.idsHash === batch.ids_hash) return held;
    throw reusedSeq(batch, 'taken');
  };

  /** What is settled already is looked up: the same batch again needs nothing more, and anything else is refused. */
  const wasStored = async (batch: StreamBatch): Promise<boolean> => {
    const { team_id: teamId, producer_id: producerId, seq, ids_hash: idsHash } = batch;
    const answer = await stateOf({ teamId, producerId, seq, idsHash });
    if (answer.state === 'stored' || answer.state === 'unknown') return answer.state === 'stored';
    if (answer.state === 'reused') throw reusedSeq(batch, 'stored');
    onLate(batch);
    const detail = `seq ${seq} of ${producerId} was stored long ago; records that are not stored need a new seq`;
    throw new TelltaleError('seq_settled', detail);
  };

  const take = async (batch: StreamBatch): Promise<Accepted> => {
    const { team_id: teamId, producer_id: producerId, seq } = batch;
    const before = known(batch);
    const there = before?.receipt ?? null;
    // A body is a producer of one batch: nobody speaks of it, and asking would cost a round trip.
    const isBody = producerId.startsWith('body:');
    const asked = isBody ? null : storedSeq(teamId, producerId).catch(() => null);
    if (there !== null) return { receipt: there, storedSeq: await asked };
    const payload = encodeBatch(batch);
    if (isClosing(batch)) {
      // It has no place in the ledger to wait for; a producer that is not heard says it again.
      const entry = await publish({ teamId, producerId, seq, payload });
      return { receipt: receiptOf(entry), storedSeq: await asked };
    }
    // What goes on is published while the question travels. Should another gateway have taken the same batch and seen it
    // stored, the ledger drops this one; any other seq waits for the answer, which may be that it is stored.
    if (!newest.goesOn(batch)) {
      const settled = await asked;
      if (settled !== null && seq <= settled && (await wasStored(batch))) return { receipt: null, storedSeq: settled };
    }
    const [written, published] = await Promise.allSettled([
      before ?? spool.append({ teamId, producerId, seq, idsHash: batch.ids_hash, payload }),
      publish({ teamId, producerId, seq, payload }),
    ]);
    if (written.status === 'rejected') throw asUnavailable(written.reason);
    if (published.status === 'rejected') {
      if (before === undefined) spool.forget(written.value);
      throw published.reason;
    }
    const receipt = receiptOf(published.value);
    Object.assign(written.value, { receipt, sentAt: clock.monotonic() });
    if (!isBody) newest.note(batch);
    onAccepted(batch);
    return { receipt, storedSeq: await asked };
  };

  return {
    async accept(batch) {
      const name = nameOf({ teamId: batch.team_id, producerId: batch.producer_id, seq: batch.seq });
      // Of two that come at once under one number the later copy would replace the earlier one, which was promised too.
      if (!taking.begin(name, batch.ids_hash)) throw reusedSeq(batch, 'taken');
      try {
        return await take(batch);
      } finally {
        taking.done(name);
      }
    },
  };
}
