import type { ChartData } from './series.ts';

/** A pause is no gap unless it is so many times the usual distance of two moments. */
const unusual = 5;
const leastMs = 15_000;

/** The same with an unknown moment in every long pause, so that no line tells of a time in which nothing was seen. */
export function breakGaps(data: ChartData): ChartData {
  const { times, series } = data;
  const distances = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const usual = distances.toSorted((left, right) => left - right)[Math.floor((distances.length - 1) / 2)] ?? 0;
  const isGap = (index: number): boolean => (distances[index] ?? 0) > Math.max(leastMs, unusual * usual);
  if (!distances.some((_, index) => isGap(index))) return data;
  const spread = <T>(values: readonly T[], between: (value: T) => T): T[] =>
    values.flatMap((value, index) => (isGap(index) ? [value, between(value)] : [value]));
  const { partialFrom } = data;
  const added = distances.slice(0, partialFrom).filter((_, index) => isGap(index)).length;
  return {
    ...(partialFrom === undefined ? {} : { partialFrom: partialFrom + added }),
    times: spread(times, (at) => at + 1),
    series: series.map(({ name, values }) => ({ name, values: spread(values, () => null) })),
  };
}
