import { expect, test } from 'vitest';
import { createLags } from './lags.ts';

test('percentiles are those of the last 300, and what is late counts before it arrived', () => {
  const lags = createLags();
  expect(lags.percentiles([])).toBeNull();
  expect(lags.percentiles([100])).toBeNull();
  for (let ms = 1; ms <= 400; ms += 1) lags.add(ms);
  expect(lags.percentiles([])).toEqual({ p50_ms: 250, p95_ms: 385, p99_ms: 397 });
  expect(lags.percentiles(Array.from({ length: 300 }, () => 9_000))).toEqual({
    p50_ms: 400,
    p95_ms: 9_000,
    p99_ms: 9_000,
  });
});
