import { onlyKnown } from '@telltale/contracts/budgets/only-known';
import { accountNamed, accountsOf } from '@telltale/contracts/budgets/budget-account';
import { TelltaleError } from '@telltale/contracts/errors';
import type { BudgetRules } from '@telltale/contracts/http/budget-sync';
import type { Clock } from '@telltale/runtime/clock';
import { readBudgetRules, syncHolder } from '@telltale/stream/budgets/budget-book';
import type { StreamConnection } from '@telltale/stream/connect';
import type { BudgetPort } from './budget-port.ts';

/** Budgets of a runner that is deployed beside Redis: the same script, without the way through a gateway. */
export function createStreamBudgetPort({
  redis,
  teamId,
  clock,
}: {
  redis: StreamConnection;
  teamId: string;
  clock: Clock;
}): BudgetPort {
  const rulesNow = async (): Promise<BudgetRules> =>
    (await readBudgetRules(redis, teamId)) ?? { version: '', time_zone: 'UTC', rules: [] };
  return {
    async terms(spender) {
      const { rules, ...all } = await rulesNow();
      const about = accountsOf(rules, spender, { timeZone: all.time_zone, at: clock.now() });
      const budgets = { ...all, rules: about.map(({ rule }) => rule) };
      return { budgets, limits: {}, prices: { own: null, shared: null }, most_output_tokens: null };
    },
    async sync(word) {
      const { rules, time_zone, version } = await rulesNow();
      const known = (account: string): boolean => accountNamed(rules, account, time_zone) !== null;
      const { missing: _, ...answer } = await syncHolder(redis, teamId, onlyKnown(word, known));
      // A gateway counts what is missing in a moment; without one nobody can be asked how much is spent.
      if (answer.outcome === 'opening' && rules.length === 0)
        throw new TelltaleError('unavailable', 'no gateway has told the budgets of the team yet', { retryAfter: 1 });
      return { ...answer, rules_version: version };
    },
  };
}
