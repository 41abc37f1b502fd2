import type { BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import { fromUnits } from '@telltale/contracts/budgets/budget-units';
import type { BudgetAccountRow } from '@telltale/contracts/http/budgets';

/** In units. */
export type AccountFigures = { spent: number; reserved: number; unpricedCalls: number };

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** An account as people read it. */
export function describeAccount(account: BudgetAccount, figures: AccountFigures): BudgetAccountRow {
  const { rule, of, run, from, to } = account;
  const { spent, reserved, unpricedCalls } = figures;
  const used = spent / rule.limit_units;
  const shown = (units: number): number => fromUnits(units, rule.measure);
  return {
    budget_id: rule.budget_id,
    name: rule.name,
    subject: rule.subject,
    subject_id: of,
    run_id: run,
    period: rule.period,
    measure: rule.measure,
    kind: rule.kind,
    period_start: from === 0 ? null : isoOf(from),
    period_end: isoOf(to),
    limit: shown(rule.limit_units),
    spent: shown(spent),
    reserved: shown(reserved),
    remaining: shown(Math.max(0, rule.limit_units - spent - reserved)),
    used: Math.round(used * 1e6) / 1e6,
    unpriced_calls: unpricedCalls,
    state: used >= 1 ? 'reached' : used >= rule.warn_at ? 'warn' : 'ok',
  };
}
