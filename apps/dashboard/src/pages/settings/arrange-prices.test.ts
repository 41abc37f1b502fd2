import type { PriceRow } from '@telltale/contracts/http/prices';
import { expect, test } from 'vitest';
import { arrangePrices } from './arrange-prices.ts';

const row = (model: string, fields: Partial<PriceRow> = {}): PriceRow =>
  ({ model, origin: 'built_in', effective: true, per_million: { input: '1' }, from: null, ...fields }) as PriceRow;

test('what somebody set stands first, then prices by model, then factors, then what is over', () => {
  const rows = [
    row('old', { effective: false }),
    row('*', { per_million: null }),
    row('m10'),
    row('m9'),
    row('house', { origin: 'instance' }),
    row('ours', { origin: 'team' }),
  ];
  expect(arrangePrices(rows).map(({ model }) => model)).toEqual(['ours', 'house', 'm9', 'm10', '*', 'old']);
});
