import { expect, test } from 'vitest';
import { per } from './per.ts';

test.each([
  // Of the total rounded to six digits, and as floats, it is 0.086185.
  ['0.172371000000000001', 2, 6, 0.086186],
  ['0.1723705', 2, 6, 0.086185],
  ['1.005', 1, 2, 1.01],
  ['0', 3, 6, 0],
  ['1234567890.123456789', 10, 6, 123456789.012346],
  ['-0.3', 2, 2, -0.15],
  [1001, 3, 3, 333.667],
  [null, 3, 6, null],
  ['1', 0, 6, null],
  ['1', -1, 6, null],
])('%s among %d, to %d digits, is %s', (total, count, digits, share) => {
  expect(per(total, count, digits)).toBe(share);
});
