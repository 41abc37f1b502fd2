import { expect, test } from 'vitest';
import { createBackOff } from './back-off.ts';

const limits = { minMs: 250, maxMs: 10_000 };

test('each wait is twice the one before, up to the longest', () => {
  const backOff = createBackOff(limits, () => 1);
  expect(Array.from({ length: 8 }, () => backOff.next(0))).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

test('up to half of a wait is left to chance, so that a crowd does not come back at once', () => {
  const waits = [0, 0.5, 1].map((chance) => createBackOff(limits, () => chance).next(0));
  expect(waits).toEqual([125, 187.5, 250]);
});

test('what held long enough begins again with the shortest wait', () => {
  const backOff = createBackOff(limits, () => 1);
  for (let n = 0; n < 5; n += 1) backOff.next(0);
  backOff.held(1_000);
  expect(backOff.next(11_000)).toBe(250);
});

test('what breaks off soon after it worked is not asked more often for it', () => {
  const backOff = createBackOff(limits, () => 1);
  const waits = [0, 1_000, 2_000, 3_000].map((now) => {
    backOff.held(now);
    return backOff.next(now + 10);
  });
  expect(waits).toEqual([250, 500, 1_000, 2_000]);
});
