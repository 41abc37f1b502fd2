import type { TimeseriesAnswer } from '@telltale/contracts/http/timeseries';
import type { ChartData } from './series.ts';

/** Answers over the same buckets as one chart. Only the last bucket can be partial: one cut by the period's start is not. */
export function fromTimeseries(answers: readonly TimeseriesAnswer[], names: readonly string[]): ChartData {
  const [first] = answers;
  if (first === undefined) return { times: [], series: [] };
  const last = first.buckets.at(-1);
  return {
    times: first.buckets.map(({ start }) => Date.parse(start)),
    series: answers.map(({ buckets }, index) => ({
      name: names[index] ?? '',
      values: first.buckets.map((_, at) => buckets[at]?.value ?? null),
    })),
    ...(last !== undefined && !last.complete ? { partialFrom: first.buckets.length - 1 } : {}),
  };
}
