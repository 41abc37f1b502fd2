import type { StreamBatch } from '@telltale/contracts/batch';
import type { RecordOf } from '@telltale/contracts/records/record';
import { deriveProvider } from '@telltale/pricing/derive-provider';
import type { PriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import type { CallCost, PricedBatch } from '@telltale/store/ingest';

/** What one call costs. Never throws: a call that cannot be priced is unknown, not lost. */
export type PriceRecord = (record: RecordOf<'llm_call'>) => CallCost;

export function createPricer(book: PriceBook): PriceRecord {
  return (record) => {
    try {
      const { cost_usd, cost_source, price_version } = priceCall({ record, book });
      return { cost_usd, cost_source, price_version, derived_provider: deriveProvider(record, book) };
    } catch {
      return { cost_usd: null, cost_source: 'unknown', price_version: book.version };
    }
  };
}

/** Puts money on the calls of a batch; the one place where that is done. A batch without calls needs no prices. */
export function priceBatch(batch: StreamBatch, price: PriceRecord | undefined): PricedBatch {
  const costs = new Map<number, CallCost>();
  if (price === undefined) return { batch, costs };
  for (const [index, record] of batch.records.entries()) {
    if (record.kind === 'llm_call') costs.set(index, price(record));
  }
  return { batch, costs };
}
