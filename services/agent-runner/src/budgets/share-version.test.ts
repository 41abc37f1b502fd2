import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import type { BudgetPort } from './budget-port.ts';
import { shareVersion } from './share-version.ts';

test('runs share an answer while it is fresh, and no failure: whoever asks next asks anew', async () => {
  let asked = 0;
  const terms: BudgetPort['terms'] = async (_spender, signal) => {
    asked += 1;
    signal.throwIfAborted();
    return {
      limits: {},
      prices: { own: null, shared: null },
      most_output_tokens: null,
      budgets: { rules: [], time_zone: 'UTC', version: `v${asked}` },
    };
  };
  const port = shareVersion(
    { terms, sync: () => Promise.reject(new Error('nobody asks')) },
    { freshMs: 60_000, clock: systemClock },
  );
  const spender = { agent_id: 'a', run_id: 'r', session_id: undefined, task_id: undefined };
  await expect(port.version?.(spender, AbortSignal.abort(new Error('this run has ended')))).rejects.toThrow('ended');
  const { signal } = new AbortController();
  expect(await port.version?.(spender, signal)).toBe('v2');
  expect(await port.version?.(spender, signal)).toBe('v2');
});
