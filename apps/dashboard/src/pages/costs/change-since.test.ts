import { expect, test } from 'vitest';
import { changeSince } from './change-since.ts';

test('a change is told in percent of before, and not told where there was nothing', () => {
  expect([changeSince(3, 2), changeSince(1, 2), changeSince(2, 2)]).toEqual([' (+50 %)', ' (−50 %)', ' (±0 %)']);
  expect([changeSince(19, 2), changeSince(21, 2)]).toEqual([' (+850 %)', ' (11 times)']);
  expect([changeSince(3, 0), changeSince(3, null), changeSince(null, 3)]).toEqual(['', '', '']);
});
