import { expect, test } from 'vitest';
import { moneyTicks } from './format-ticks.ts';

test('amounts of an axis have the decimals that tell its steps apart', () => {
  expect(moneyTicks([0, 0.005, 0.01])).toEqual(['$0.000', '$0.005', '$0.010']);
  expect(moneyTicks([0, 0.0001, 0.0002])).toEqual(['$0.0000', '$0.0001', '$0.0002']);
  expect(moneyTicks([0, 0.25, 0.5])).toEqual(['$0.00', '$0.25', '$0.50']);
  expect(moneyTicks([0, 50, 100])).toEqual(['$0', '$50', '$100']);
  expect(moneyTicks([0])).toEqual(['$0']);
});
