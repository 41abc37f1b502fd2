import type { StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import { readLedgerHash, type Db } from '@telltale/store/read';

export type Ledger = {
  /** The hash of the ids a stored batch was made of; null when the ledger does not have it. */
  hashOf(batch: Pick<StreamBatch, 'team_id' | 'producer_id' | 'seq'>): Promise<string | null>;
};

export const ledgerOf = (db: Db): Ledger => ({
  hashOf: ({ team_id, producer_id, seq }) => readLedgerHash(db, { teamId: team_id, producerId: producer_id, seq }),
});

/** First wait between two looks into the ledger, in ms; doubles up to the longest. */
const firstWaitMs = 4;
const longestWaitMs = 250;

/**
 * Waits until the ledger holds this very batch. False when that takes longer than `forMs` (it is in the stream and will
 * be stored) or the caller left; 409 when the seq was used for other records.
 */
export async function awaitStored(
  { ledger, clock }: { ledger: Ledger; clock: Clock },
  batch: StreamBatch,
  { forMs, signal }: { forMs: number; signal: AbortSignal },
): Promise<boolean> {
  const end = clock.monotonic() + forMs;
  for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(wait * 2, longestWaitMs)) {
    // A store that does not answer says nothing against the batch: it is in the stream and will be stored.
    const hash = await ledger.hashOf(batch).catch(() => null);
    if (hash === batch.ids_hash) return true;
    if (hash !== null) {
      const detail = `seq ${batch.seq} of ${batch.producer_id} is stored with other records; send these under a new seq`;
      throw new TelltaleError('seq_reused', detail);
    }
    if (clock.monotonic() + wait > end) return false;
    await clock.sleep(wait, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return false;
}
