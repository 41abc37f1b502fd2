import { expect, test } from 'vitest';
import { inputSummary } from './input-summary.ts';

test('the named inputs come first, then five other scalars, each cut to 200 characters', () => {
  const inputs = { a: 1, b: true, symbol: 'X', c: 'c'.repeat(300), d: null, e: [1], f: { g: 1 }, h: 2, i: 3, j: 4 };
  expect(Object.entries(inputSummary({ timeframe: '1h', ...inputs }))).toEqual([
    ['symbol', 'X'],
    ['timeframe', '1h'],
    ['a', 1],
    ['b', true],
    ['c', 'c'.repeat(200)],
    ['h', 2],
    ['i', 3],
  ]);
});

test('no inputs are no summary, and a pair of surrogates is never cut in half', () => {
  expect(inputSummary(null)).toEqual({});
  const { text } = inputSummary({ text: `${'x'.repeat(199)}😀` });
  expect(String(text).isWellFormed()).toBe(true);
});
