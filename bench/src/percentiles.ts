/** Milliseconds. */
export type Lags = { count: number; p50: number; p95: number; p99: number; max: number };

/** Nearest-rank percentiles; all zero when there is nothing. */
export function percentiles(values: readonly number[]): Lags {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
