import type { Series } from './series.ts';

/** Running sums from the first series up, so that each is drawn on top of those before; unknown adds nothing. */
export function stack(series: readonly Series[]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(
      values.map((value, index) =>
        value === null && (below?.[index] ?? null) === null ? null : (value ?? 0) + (below?.[index] ?? 0),
      ),
    );
  }
  return sums;
}
