import type { CommittedRecord, LiveDelta } from '@telltale/contracts/live-entry';
import type { PricedBatch } from '@telltale/store/ingest';
import type { LiveBatch } from '@telltale/stream/live-append';

/** Records of one entry of the live stream: small enough that a viewer of little never reads megabytes. */
const recordsPerDelta = 500;

/** A committed batch as the live channel takes it. */
export function toLiveBatch(priced: PricedBatch): LiveBatch {
  const { team_id, producer_id, seq } = priced.batch;
  return { teamId: team_id, batch: `${producer_id}:${seq}`, deltas: () => toDeltas(priced) };
}

function toDeltas({ batch, costs }: PricedBatch): LiveDelta[] {
  const records = batch.records.map((record, index): CommittedRecord => {
    const cost = costs.get(index);
    if (cost === undefined) return record;
    return {
      ...record,
      cost_source: cost.cost_source,
      ...(cost.cost_usd === null ? {} : { cost_usd: Number(cost.cost_usd) }),
      ...(cost.price_version === null ? {} : { price_version: cost.price_version }),
    };
  });
  const deltas: LiveDelta[] = [];
  for (let from = 0; from < records.length; from += recordsPerDelta) {
    deltas.push({ records: records.slice(from, from + recordsPerDelta) });
  }
  return deltas;
}
