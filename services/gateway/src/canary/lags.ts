export type Percentiles = { p50_ms: number; p95_ms: number; p99_ms: number };

const keptCount = 300;
/** What is out for longer is late for certain and counts with the age it has reached. */
const lateMs = 5_000;

/** p_q is the ⌈q·n⌉th of all in order. */
const percentile = (sorted: readonly number[], q: number): number => sorted[Math.ceil(q * sorted.length) - 1] ?? 0;

/** The last 300 lags in ms, and those that are still out. */
export function createLags() {
  const kept: number[] = [];
  return {
    add(ms: number): void {
      kept.push(ms);
      if (kept.length > keptCount) kept.shift();
    },
    /** `outMs`: ages of canaries nobody has seen yet. null while nothing is known. */
    percentiles(outMs: readonly number[]): Percentiles | null {
      const sorted = [...kept, ...outMs.filter((age) => age >= lateMs)].toSorted((a, b) => a - b);
      if (sorted.length === 0) return null;
      const at = (q: number): number => Math.round(percentile(sorted, q) * 10) / 10;
      return { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
    },
  };
}
