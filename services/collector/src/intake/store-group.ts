import type { PricedBatch, StoreHooks } from '@telltale/store/ingest';
import { storeBatches, storeUnreadable, type BatchOutcome } from '@telltale/store/ingest';
import type { PriceRecord } from '../money/price-batch.ts';
import { priceBatch } from '../money/price-batch.ts';
import type { DecodedEntry } from './decode-entry.ts';

/** What a commit brought, for the live channel and the statistics. */
export type StoredGroup = { priced: readonly PricedBatch[]; outcomes: readonly BatchOutcome[]; unreadable: number };

export type StoreGroup = (group: readonly DecodedEntry[]) => Promise<StoredGroup>;

/** One attempt to store a group: batches in one transaction, what cannot be read as dead letters. */
export function createStoreGroup(options: {
  pool: Parameters<typeof storeBatches>[0];
  price: PriceRecord;
  hooks: StoreHooks;
}): StoreGroup {
  const { pool, price, hooks } = options;
  return async (group) => {
    const unreadable = group.flatMap((decoded) => decoded.unreadable ?? []);
    for (const batch of unreadable) await storeUnreadable(pool, batch);
    const priced = group.flatMap(({ batch }) => (batch === undefined ? [] : [priceBatch(batch, price)]));
    const outcomes = priced.length === 0 ? [] : await storeBatches(pool, priced, hooks);
    return { priced, outcomes, unreadable: unreadable.length };
  };
}
