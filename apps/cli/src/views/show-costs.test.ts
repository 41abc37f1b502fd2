import { mostCostGroups, type CostsAnswer } from '@telltale/contracts/http/metrics-detail';
import { expect, test } from 'vitest';
import { plainPage } from '../terminal/page.ts';
import { showCosts } from './show-costs.ts';

const answer = (count: number, group_by: CostsAnswer['group_by']): CostsAnswer => ({
  period_start: '2026-01-01T00:00:00.000Z',
  period_end: '2026-01-02T00:00:00.000Z',
  group_by,
  total_cost_usd: 7_000,
  groups: Array.from({ length: count }, (_, index) => ({
    key: `key-${index}`,
    cost_usd: 2,
    calls: 1,
    unpriced_calls: 0,
    total_tokens: 10,
  })),
  avg_cost_per_call: 2,
  avg_tokens_per_call: 10,
  unpriced_calls: 0,
  estimated_calls: 0,
  partial: false,
});
const shown = (count: number, group_by: CostsAnswer['group_by']): string =>
  showCosts(answer(count, group_by), plainPage, 0);

test('calls and tokens of all groups are added up; of more groups than an answer holds none that is not all is shown', () => {
  expect(shown(2, 'run')).toMatch(/\ntotal +\$7,000\.00 +2 +20\n/);
  expect(shown(2, 'run')).not.toContain('listed are');
  expect(shown(mostCostGroups, 'run')).toMatch(/\ntotal +\$7,000\.00\n\nlisted are the dearest 1,000;/);
  expect(shown(mostCostGroups, 'hour')).toContain('listed are the last 1,000;');
});
