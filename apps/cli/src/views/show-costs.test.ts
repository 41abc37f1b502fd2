import type { CostsAnswer } from '@telltale/contracts/http/metrics-detail';
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
    partial: false,
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

test('calls and tokens of all are added up, also of groups that are not listed, and the table says that there are such', () => {
  expect(shown(2, 'run')).toMatch(/\ntotal +\$7,000\.00 +2 +20\n/);
  expect(shown(2, 'run')).not.toContain('listed are');
  const rest = { not_listed: { cost_usd: 5, calls: 7, unpriced_calls: 0, partial: false, total_tokens: 30 } };
  const cut = (group_by: CostsAnswer['group_by']) => showCosts({ ...answer(2, group_by), ...rest }, plainPage, 0);
  expect(cut('run')).toMatch(/\ntotal +\$7,000\.00 +9 +50\n\nlisted are the dearest 2;/);
  expect(cut('hour')).toContain('listed are the last 2;');
});
