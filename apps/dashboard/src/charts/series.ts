/** One line or stack of a chart; `values[i]` belongs to the chart's `times[i]`, null where nothing is known. */
export type Series = { name: string; values: readonly (number | null)[] };

/** A line across the chart, such as a limit. */
export type Mark = { name: string; value: number };

/** Everything that is drawn over one span of time. */
export type ChartData = {
  /** Starts of buckets or moments of samples, in ms since 1970, rising. */
  times: readonly number[];
  series: readonly Series[];
  /** From this index on the bucket is not over: it is drawn as partial. */
  partialFrom?: number;
};
