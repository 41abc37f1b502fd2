import type { StreamBatch } from '@telltale/contracts/batch';
import type { PricedBatch, StoreHooks } from '@telltale/store/ingest';
import { storeBatches, storeUnreadable, type BatchOutcome } from '@telltale/store/ingest';
import { priceBatch } from '../money/price-batch.ts';
import type { PricesOf } from '../money/team-prices.ts';
import type { DecodedEntry } from './decode-entry.ts';

/** What a commit brought, for the live channel and the statistics. */
export type StoredGroup = { priced: readonly PricedBatch[]; outcomes: readonly BatchOutcome[]; unreadable: number };

export type StoreGroup = (group: readonly DecodedEntry[]) => Promise<StoredGroup>;

const holdsCalls = ({ records }: StreamBatch): boolean => records.some(({ kind }) => kind === 'llm_call');

/** One attempt to store a group: batches in one transaction, what cannot be read as dead letters. */
export function createStoreGroup(options: {
  pool: Parameters<typeof storeBatches>[0];
  pricesOf: PricesOf;
  hooks: StoreHooks;
}): StoreGroup {
  const { pool, pricesOf, hooks } = options;
  return async (group) => {
    const unreadable = group.flatMap((decoded) => decoded.unreadable ?? []);
    for (const batch of unreadable) await storeUnreadable(pool, batch);
    const batches = group.flatMap(({ batch }) => batch ?? []);
    const prices = await pricesOf(batches.filter(holdsCalls).map(({ team_id }) => team_id));
    const priced = batches.map((batch) => priceBatch(batch, prices.get(batch.team_id)));
    const outcomes = priced.length === 0 ? [] : await storeBatches(pool, priced, hooks);
    return { priced, outcomes, unreadable: unreadable.length };
  };
}
