/** What the hourly comparison of rollups with raw records found. */
export type CheckResult = {
  at: string;
  teams: number;
  /** Rollup rows that are not what the records say, and records that belong to no call: both are 0 when all is well. */
  differing: number;
  stray_records: number;
};

/** What the last run of retention did and left. */
export type RetentionResult = {
  at: string;
  /** Records that went. */
  expired: number;
  /** Above the size ceiling with nothing left that may go. */
  over_size: boolean;
  /** Rows of default partitions: of days that get a partition at the next run, and of times outside the window. */
  waiting: number;
  quarantined: number;
};

/** What an aggregator has done since its start and how it is; its heartbeat carries this. */
export type AggregatorStats = {
  folds: number;
  batches: number;
  records: number;
  failures: number;
  /** Why the last fold failed; null once one succeeded. */
  reason: string | null;
  last_fold_ms: number | null;
  rollup_lag_ms: number;
  /** Day partitions that could not be made: rows of that day already lie in the default partition. */
  partitions_refused: number;
  check: CheckResult | null;
  retention: RetentionResult | null;
};

export const emptyStats = (): AggregatorStats => ({
  folds: 0,
  batches: 0,
  records: 0,
  failures: 0,
  reason: null,
  last_fold_ms: null,
  rollup_lag_ms: 0,
  partitions_refused: 0,
  check: null,
  retention: null,
});
