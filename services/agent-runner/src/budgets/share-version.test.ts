import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import type { BudgetPort } from './budget-port.ts';
import { shareVersion } from './share-version.ts';

test('runs share an answer while it is fresh, and none that failed because the run that asked had ended', async () => {
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

test('where nobody answers, runs share that for some seconds', async () => {
  let asked = 0;
  let mono = 0;
  const terms: BudgetPort['terms'] = async () => {
    asked += 1;
    throw new Error('nobody answers');
  };
  const clock = { ...systemClock, monotonic: () => mono };
  const sync = () => Promise.reject(new Error('nobody asks'));
  const port = shareVersion({ terms, sync }, { freshMs: 60_000, clock });
  const spender = { agent_id: 'a', run_id: 'r', session_id: undefined, task_id: undefined };
  const { signal } = new AbortController();
  const ask = (): Promise<unknown> => expect(port.version?.(spender, signal)).rejects.toThrow('nobody answers');
  await ask();
  await ask();
  expect(asked).toBe(1);
  mono = 5_001;
  await ask();
  expect(asked).toBe(2);
});
