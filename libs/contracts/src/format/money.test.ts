import { expect, test } from 'vitest';
import { formatMoney } from './money.ts';

test.each([
  [0, '$0.0000'],
  [0.000049, '$0.0000'],
  [0.0042, '$0.0042'],
  [0.00999, '$0.0100'],
  [0.01, '$0.010'],
  [0.4567, '$0.457'],
  [0.9994, '$0.999'],
  [1, '$1.00'],
  [12.345_678, '$12.35'],
  [123_456.7, '$123456.70'],
  [-0.005, '-$0.0050'],
  [-2.5, '-$2.50'],
  [-0.000001, '$0.0000'],
])('%d dollars are shown as %s', (usd, text) => {
  expect(formatMoney(usd)).toBe(text);
});

test.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is not known and never $0', (usd) => {
  expect(formatMoney(usd)).toBe('–');
  expect(formatMoney(usd, 'agent_card')).toBe('–');
});

test('an agent card always shows four decimals', () => {
  expect([0, 0.0042, 0.4567, 12.3].map((usd) => formatMoney(usd, 'agent_card'))).toEqual([
    '$0.0000',
    '$0.0042',
    '$0.4567',
    '$12.3000',
  ]);
});
