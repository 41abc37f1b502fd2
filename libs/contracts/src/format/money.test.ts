import { expect, test } from 'vitest';
import { exactMoney, formatMoney } from './money.ts';

test.each([
  [0, '$0.00'],
  [-0, '$0.00'],
  [0.000000001, '<$0.0001'],
  [0.000099, '<$0.0001'],
  [0.0001, '$0.0001'],
  [0.0042, '$0.0042'],
  [0.00999, '$0.0100'],
  [0.01, '$0.010'],
  [0.4567, '$0.457'],
  [0.9994, '$0.999'],
  [1, '$1.00'],
  [12.345_678, '$12.35'],
  [1_234, '$1,234.00'],
  [123_456.7, '$123,456.70'],
  [-0.005, '-$0.0050'],
  [-2.5, '-$2.50'],
  [-0.000001, '>-$0.0001'],
])('%d dollars are shown as %s', (usd, text) => {
  expect(formatMoney(usd)).toBe(text);
});

test.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is not known and never $0', (usd) => {
  expect(formatMoney(usd)).toBe('–');
  expect(formatMoney(usd, 'agent_card')).toBe('–');
  expect(exactMoney(usd)).toBe('–');
});

test('an agent card always shows four decimals of what was spent', () => {
  expect([0, 0.00001, 0.0042, 0.4567, 12.3].map((usd) => formatMoney(usd, 'agent_card'))).toEqual([
    '$0.00',
    '<$0.0001',
    '$0.0042',
    '$0.4567',
    '$12.3000',
  ]);
});

test('who looks closer sees every digit that is kept', () => {
  expect([0, 0.000000001, 0.0000125, 0.1 + 0.2, 100, 1_234.567_891, -0.5].map(exactMoney)).toEqual([
    '$0.00',
    '$0.000000001',
    '$0.0000125',
    '$0.30',
    '$100.00',
    '$1,234.567891',
    '-$0.50',
  ]);
});
