import type { RunRow } from '@telltale/contracts/http/runs';
import { expect, test } from 'vitest';
import { sumsOfRun } from './compare.ts';

/** A run whose calls were not answered. */
const unanswered = {
  llm_calls: 1,
  llm_errors: 1,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  tool_calls: 0,
};
const costOf = (cost_usd: number | null): number | null => sumsOfRun({ ...unanswered, cost_usd } as RunRow).cost;

test('what was not answered costs nothing or is not known; a cost that it has all the same is seen', () => {
  expect([null, 0].map(costOf)).toEqual([null, null]);
  expect(costOf(0.25)).toBe(250_000);
});
