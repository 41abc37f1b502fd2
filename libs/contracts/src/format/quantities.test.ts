import { expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';
import { formatCount } from './count.ts';
import { formatDuration } from './duration.ts';

test.each([
  [0, '0 ms'],
  [0.4, '0.4 ms'],
  [9.96, '10 ms'],
  [250, '250 ms'],
  [999.6, '1.0 s'],
  [1_249, '1.2 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1m 00s'],
  [185_000, '3m 05s'],
  [3_599_700, '1h 00m'],
  [7_620_000, '2h 07m'],
  [86_399_000, '1d 00h'],
  [356_400_000, '4d 03h'],
  [-1_500, '-1.5 s'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [10_188, '9.9 KiB'],
  [10_240, '10 KiB'],
  [1_048_570, '1.0 MiB'],
  [419 * 1024 ** 2, '419 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [5_000 * 1024 ** 5, '5000 PiB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
  [-12_345, '-12,345'],
])('%d is counted as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test('what is not known is a dash everywhere', () => {
  for (const format of [formatBytes, formatCount, formatDuration]) {
    expect([format(null), format(undefined), format(Number.NaN)]).toEqual(['–', '–', '–']);
  }
});
