import { expect, test } from 'vitest';
import { costClasses } from './cost-classes.ts';

const names = ['Fresh input', 'Cache read', 'Cache write', 'Output', 'Reasoning'];
const tokens = (...buckets: number[][]) => ({
  times: buckets.map((_, at) => at),
  series: names.map((name, at) => ({ name, values: buckets.map((bucket) => bucket[at] ?? 0) })),
});
const cost = (...values: (number | null)[]) => ({
  times: values.map((_, at) => at),
  series: [{ name: 'Cost', values }],
});
const whole = { input: 2, cache_read: 1, cache_write: 0, output: 3, reasoning: 0 };

test('each bucket comes to what it cost, shared out by what a token of each class costs', () => {
  const { series } = costClasses(cost(4, 2), tokens([100, 100, 0, 50, 0], [100, 0, 0, 50, 0]), whole);
  expect(series.map(({ name }) => name)).toEqual(names);
  const of = (bucket: number) => series.map(({ values }) => Number((values[bucket] ?? 0).toFixed(6)));
  // A token in is 0.01, one from the cache 0.01, one out 0.03: 1 + 1 + 1.5, and 1 + 1.5.
  expect(of(0)).toEqual([1.142857, 1.142857, 0, 1.714286, 0]);
  expect(of(1)).toEqual([0.8, 0, 0, 1.2, 0]);
});

test('a bucket whose tokens nobody counted is shared out as the whole is, and one without a price stays without', () => {
  const { series } = costClasses(cost(6, null), tokens([0, 0, 0, 0, 0], [1, 1, 0, 1, 0]), whole);
  expect(series.map(({ values }) => values)).toEqual([
    [2, null],
    [1, null],
    [0, null],
    [3, null],
    [0, null],
  ]);
});

test('without prices it is one series', () => {
  expect(costClasses(cost(1), tokens([1, 0, 0, 0, 0]), null).series).toHaveLength(1);
  expect(costClasses(cost(1), tokens([1, 0, 0, 0, 0]), undefined).series).toHaveLength(1);
});
