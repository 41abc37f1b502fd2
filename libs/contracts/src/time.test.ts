import { expect, test } from 'vitest';
import { canonicalTime } from './time.ts';

test('times of any offset and fraction become UTC with milliseconds', () => {
  expect(canonicalTime('2026-01-31T23:30:00.1239+01:00')).toBe('2026-01-31T22:30:00.123Z');
  expect(canonicalTime('2024-02-29T00:00:00.000Z')).toBe('2024-02-29T00:00:00.000Z');
});

test.each([
  '2026-02-30T00:00:00.000Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T12:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T00:00:60Z',
  '1969-12-31T23:59:59Z',
  '2106-01-01T00:00:00Z',
  '2026-01-01',
])('%s is no time that PostgreSQL and everybody else reads alike', (value) => {
  expect(canonicalTime(value)).toBeNull();
});
