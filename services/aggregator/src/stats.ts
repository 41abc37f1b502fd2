/** What an aggregator tells with its heartbeat. */
export type AggregatorStats = {
  batches_folded: number;
  records_folded: number;
  /** How long the latest fold took, in ms. */
  last_fold_ms: number;
  /** Age of the oldest batch that is not folded, in ms. */
  rollup_lag_ms: number;
};

export const emptyStats = (): AggregatorStats => ({
  batches_folded: 0,
  records_folded: 0,
  last_fold_ms: 0,
  rollup_lag_ms: 0,
});
