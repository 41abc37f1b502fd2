import { accountOf } from '@telltale/contracts/budgets/budget-account';
import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import {
  openBudgetBook,
  publishBudgetRules,
  readBudgetBook,
  rebaseBudgets,
} from '@telltale/stream/budgets/budget-book';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { benchTeam } from './hold-to-budgets.ts';

/** A hard budget of the team for each day, larger than what a measurement spends, counted in that Redis. */
export async function openBudget(redisUrl: string): Promise<void> {
  const redis = await connectWriter({ url: redisUrl, name: 'bench' });
  const rule: BudgetRule = {
    budget_id: 'bench',
    name: null,
    subject: 'team',
    subject_id: null,
    period: 'day',
    measure: 'usd',
    limit_units: 1e15,
    kind: 'hard',
    warn_at: 0.8,
    on_unknown: 'block',
    on_unreachable: 'block',
  };
  await openBudgetBook(redis, { teamId: benchTeam, epoch: 'bench', lost: false });
  await publishBudgetRules(redis, benchTeam, { version: 'bench', time_zone: 'UTC', rules: [rule] });
  const { version } = await readBudgetBook(redis, benchTeam);
  const account = accountOf(rule, {}, { timeZone: 'UTC', at: Date.now() })?.account ?? '';
  const counted = { account, limit: rule.limit_units, hard: true, rolledUp: 0, unpricedCalls: 0 };
  const rebase = { accounts: [counted], rolledUp: {}, closed: {}, ended: [], forget: [] };
  if (!(await rebaseBudgets(redis, benchTeam, { ...rebase, version: version ?? '' })))
    throw new Error('the budget could not be opened');
  disconnect(redis);
}
