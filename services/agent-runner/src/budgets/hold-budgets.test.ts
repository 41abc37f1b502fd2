import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import type { BudgetSyncAnswer, BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import type { LimitReading } from '../limits/run-limits.ts';
import type { Admission, CallRequest } from '../proxy/forward.ts';
import { createEstimates } from './estimate-calls.ts';
import { holdBudgets } from './hold-budgets.ts';

const rule: BudgetRule = {
  budget_id: 'b',
  name: null,
  subject: 'agent',
  subject_id: 'builder',
  period: 'day',
  measure: 'tokens',
  limit_units: 10_000,
  kind: 'hard',
  warn_at: 0.8,
  on_unknown: 'warn',
  on_unreachable: 'allow',
};
const spender = { agent_id: 'builder', run_id: 'r-1' };
const call = { shape: {}, upstream: {}, facts: { mostOutput: 100 }, bodyBytes: 400 } as unknown as CallRequest;

/** Grants everything, and tells as spent what it is told to. */
function hold(at: string, first: BudgetRule[] = [rule]) {
  const clock = createManualClock(Date.parse(at));
  const words: BudgetSyncBody[] = [];
  const near: LimitReading[] = [];
  const said = { spent: 0, version: 'one', rules: [rule] as BudgetRule[], asked: 0, prepared: [] as number[] };
  const held = holdBudgets({
    rules: { version: 'one', time_zone: 'Europe/Berlin', rules: first },
    port: {
      async terms() {
        said.asked += 1;
        const budgets = { version: said.version, time_zone: 'Europe/Berlin', rules: said.rules };
        return { budgets, limits: {}, prices: { own: null, shared: null }, most_output_tokens: null };
      },
      async sync(word): Promise<BudgetSyncAnswer> {
        words.push(word);
        const wants = new Map(word.wants.map(({ account, amount }) => [account, amount]));
        return {
          outcome: 'ok',
          settled_k: Math.max(0, ...word.settled.map(({ k }) => k)),
          pending: word.asks ?? [],
          accounts: [...new Set([...word.slices.map(({ account }) => account), ...wants.keys()])].map((account) => ({
            account,
            limit_units: 10_000,
            spent_units: said.spent,
            reserved_units: 0,
            granted_units: wants.get(account) ?? 0,
            wanted: false,
            blocked: false,
          })),
          rules_version: said.version,
          gathering_ms: 0,
        };
      },
    },
    spender,
    producerId: 'p',
    estimates: createEstimates({ priceOf: () => '0', mostOutput: null }),
    prepare: async (rules) => void said.prepared.push(rules.length),
    onNear: (reading) => void near.push(reading),
    onLast: () => undefined,
    onSpent: () => undefined,
    warn: () => undefined,
    newId: createUuidV7(clock.now),
    clock,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  return { clock, words, near, said, held };
}
const settle = (admission: Admission): void => {
  if ('refused' in admission) throw new Error(admission.refused.message);
  admission.settle({
    kind: 'llm_call',
    origin: 'proxy',
    status: 'ok',
    model: 'm',
    input_tokens: 90,
    output_tokens: 10,
  });
};

test('a call that ends after midnight counts in the day in which it ended, by the clocks of the team', async () => {
  const { clock, words, held } = hold('2026-11-21T22:59:50Z');
  const [yesterday, today] = ['2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z'].map(
    (at) => `b:${Date.parse(at)}:builder`,
  );
  const admission = await held.gate(call);
  expect(words.at(-1)?.wants).toMatchObject([{ account: yesterday, amount: 500 }]);
  clock.advance(11_000);
  settle(admission);
  await until(() => {
    clock.advance(1_000);
    return words.some(({ settled }) => settled.length > 0);
  });
  expect(words.find(({ settled }) => settled.length > 0)?.settled).toMatchObject([
    { k: 1, amounts: { [today ?? '']: 100 } },
  ]);
  const ended = held[Symbol.asyncDispose]();
  await until(() => words.at(-1)?.closing === true);
  await ended;
  const last = words.at(-1);
  expect(last?.slices.every(({ open, free }) => open + free === 0)).toBe(true);
});

test('what is near is said once, and changed budgets hold as soon as they are heard of', async () => {
  const { clock, words, near, said, held } = hold('2026-11-21T12:00:00Z');
  said.spent = 8_500;
  await held.gate(call);
  await held.gate(call);
  expect(near).toMatchObject([{ limit: 'usd', value: 8_500, cap: 10_000, evidence: { subject: 'agent' } }]);
  [said.version, said.rules] = ['two', []];
  await until(() => {
    clock.advance(10_000);
    return said.asked > 0;
  });
  const before = words.length;
  await until(async () => {
    settle(await held.gate(call));
    return true;
  });
  expect(words.length).toBeLessThanOrEqual(before + 1);
  await held[Symbol.asyncDispose]();
});

test('a run that no budget was about hears of its first one, and says nothing before', async () => {
  const { clock, words, said, held } = hold('2026-11-21T12:00:00Z', []);
  settle(await held.gate(call));
  clock.advance(20_000);
  expect(words).toEqual([]);
  await until(() => {
    clock.advance(10_000);
    return said.prepared.length > 0;
  });
  await until(() => {
    clock.advance(1_000);
    return words.length > 0;
  });
  settle(await held.gate(call));
  expect(words.some(({ wants }) => wants.length === 1)).toBe(true);
  await held[Symbol.asyncDispose]();
  expect(words.at(-1)?.closing).toBe(true);
});

test('a run that no budget is about ends without a word', async () => {
  const { words, held } = hold('2026-11-21T12:00:00Z', []);
  await held[Symbol.asyncDispose]();
  expect(words).toEqual([]);
});
