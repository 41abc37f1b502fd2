import { aCallMember } from '@telltale/testkit/call-members';
import { expect, test } from 'vitest';
import { sumUp } from './combine-sums.ts';

/** What was read, and a second later what was written; each costs as much as is known. */
function costOf(...sides: readonly [cost: string | null, source: string][]) {
  const members = sides.map(([cost_usd, cost_source], second) => {
    const id = `00000000-0000-7000-8000-00000000000${second}`;
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const tokens = second === 0 ? { input_tokens: 9 } : { output_tokens: 9 };
    return aCallMember({ ...tokens, record_id: id, message_id: id, at, origin: 'metric', cost_usd, cost_source });
  });
  const { cost_usd, cost_source } = sumUp(members);
  return [cost_usd === null ? null : Number(cost_usd), cost_source];
}

test('a sum is known no better than the part of it that is known worst', () => {
  expect(costOf(['0.1', 'computed'], ['0.2', 'computed'])).toEqual([0.3, 'computed']);
  for (const source of ['approximate', 'estimated']) {
    expect(costOf(['0.1', source], ['0.2', 'computed'])).toEqual([0.3, source]);
    expect(costOf(['0.1', 'computed'], ['0.2', source])).toEqual([0.3, source]);
  }
  expect(costOf(['0.1', 'approximate'], ['0.2', 'estimated'])).toEqual([0.3, 'estimated']);
});

test('a sum of which a part has no price is unknown', () => {
  expect(costOf([null, 'unknown'], ['0.2', 'computed'])).toEqual([null, 'unknown']);
  expect(costOf(['0.2', 'approximate'], [null, 'unknown'])).toEqual([null, 'unknown']);
});
