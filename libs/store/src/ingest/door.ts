// What the collector may do: store batches and keep what cannot be stored. It alone writes raw records and the ledger.
export { closeOldGaps } from './close-old-gaps.ts';
export { encodeRows, type EncodedRows } from './encode-rows.ts';
export { classifyStoreError, isDiskFull, type StoreErrorClass } from './error-class.ts';
export type { CallCost, PricedBatch } from './record-rows.ts';
export { storeBatches, type BatchOutcome, type StoreHooks } from './store-batches.ts';
export { readAllowedLabels } from './read-allowed-labels.ts';
export { readEpoch, readSettled, recentProducers, type ProducerName, type SettledRow } from './read-settled.ts';
export { storeUnreadable, type UnreadableBatch } from './store-unreadable.ts';
export { everyTeamsPrices, loadPrices, readPriceRevisions, type TeamPrices } from '../prices/load-prices.ts';
