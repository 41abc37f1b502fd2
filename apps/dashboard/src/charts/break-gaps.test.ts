import { expect, test } from 'vitest';
import { breakGaps } from './break-gaps.ts';

test('a line is broken where nothing was seen for long, and nowhere else', () => {
  const series = [{ name: 'CPU', values: [1, 2, 3, 4, 5] }];
  const broken = breakGaps({ times: [0, 2_000, 4_000, 600_000, 602_000], series });
  expect(broken.times).toEqual([0, 2_000, 4_000, 4_001, 600_000, 602_000]);
  expect(broken.series).toEqual([{ name: 'CPU', values: [1, 2, 3, null, 4, 5] }]);
  expect(breakGaps({ times: [0, 2_000, 600_000], series, partialFrom: 2 }).partialFrom).toBe(3);
  const whole = { times: [0, 2_000, 4_000, 16_000, 18_000], series };
  expect(breakGaps(whole)).toBe(whole);
  const slow = { times: [0, 60_000, 120_000, 200_000, 260_000], series };
  expect(breakGaps(slow)).toBe(slow);
});
