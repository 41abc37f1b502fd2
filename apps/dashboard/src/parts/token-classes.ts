import type { ChartData, Series } from '../charts/series.ts';

const less = (whole: Series | undefined, parts: (Series | undefined)[], index: number): number | null => {
  const value = whole?.values[index] ?? null;
  if (value === null) return null;
  return Math.max(
    0,
    parts.reduce((rest, part) => rest - (part?.values[index] ?? 0), value),
  );
};

/**
 * Classes that do not overlap, so that they can be stacked: input counts what came from and went to the cache too, and
 * output counts reasoning. The series come as input, cache read, cache write, output, reasoning.
 */
export function tokenClasses({ series, times, ...rest }: ChartData): ChartData {
  const [input, read, write, output, reasoning] = series;
  const each = (pick: (index: number) => number | null): (number | null)[] => times.map((_, index) => pick(index));
  return {
    ...rest,
    times,
    series: [
      { name: 'Fresh input', values: each((index) => less(input, [read, write], index)) },
      { name: 'Cache read', values: each((index) => read?.values[index] ?? null) },
      { name: 'Cache write', values: each((index) => write?.values[index] ?? null) },
      { name: 'Output', values: each((index) => less(output, [reasoning], index)) },
      { name: 'Reasoning', values: each((index) => reasoning?.values[index] ?? null) },
    ],
  };
}
