import { accountOf, type BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import { budgetSpanAt } from '@telltale/contracts/budgets/budget-period';
import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import { topSpenders, type Db } from '@telltale/store/read';

/** Of a budget that counts each by itself, so many are shown. */
const most = 5;
/** Runs by themselves are shown when they spent something in the last day. */
const dayMs = 86_400_000;

/** The accounts of a budget that say most of it now: its only one, or those of whoever spent most in this period. */
export async function presentAccounts(
  db: Db,
  teamId: string,
  rule: BudgetRule,
  { timeZone, now }: { timeZone: string; now: number },
): Promise<BudgetAccount[]> {
  const when = { timeZone, at: now };
  const named = rule.subject === 'team' || rule.subject_id !== null;
  const ofRuns = rule.period === 'run' && rule.subject !== 'run';
  if (named && !ofRuns) {
    const account = accountOf(rule, { [`${rule.subject}_id`]: rule.subject_id ?? '' }, when);
    return account === null ? [] : [account];
  }
  const span = budgetSpanAt(rule.period, timeZone, now);
  const by = ofRuns ? 'run_id' : rule.subject === 'team' ? 'run_id' : (`${rule.subject}_id` as const);
  const filter = rule.subject_id === null ? {} : { [`${rule.subject}_id`]: rule.subject_id };
  const from = rule.period === 'run' ? now - dayMs : span.from === 0 ? null : span.from;
  const ids = await topSpenders(db, { teamId, by, filter, from, now, limit: most });
  // Whose the run is, the run itself says.
  const whose = ofRuns && rule.subject !== 'team' ? { [`${rule.subject}_id`]: rule.subject_id ?? '' } : {};
  return ids.flatMap((id) => accountOf(rule, { ...whose, [by]: id }, when) ?? []);
}
