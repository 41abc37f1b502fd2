import { expect, test } from 'vitest';
import { parseTime, parseWholeNumber } from './query-flags.ts';

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T14:00', '2026-01-31T14:00:00.000Z'],
  ['2026-01-31 14:00:05Z', '2026-01-31T14:00:05.000Z'],
  ['2026-01-31T14:00:05.25+02:00', '2026-01-31T12:00:05.250Z'],
])('%s means %s', (text, time) => {
  expect(parseTime(text)).toBe(time);
});

test.each(['yesterday', '2026-13-01', '2026-01-31T25:00', '1969-12-31', '2026-01-31T14', ''])(
  '%j is no time',
  (text) => {
    expect(() => parseTime(text)).toThrow(/2026-01-31/);
  },
);

test('a number within its bounds is taken, anything else is refused', () => {
  const parse = parseWholeNumber(1, 100);
  expect([parse('1'), parse('100')]).toEqual([1, 100]);
  for (const text of ['0', '101', '1.5', '-1', 'ten', '', '1e2']) expect(() => parse(text)).toThrow(/1 to 100/);
});
