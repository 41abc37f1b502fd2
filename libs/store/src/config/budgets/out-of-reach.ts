import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';

/** Longer ones hold at least what shorter ones do. A run may be longer than any of the calendar's. */
const lengths: Readonly<Record<'hour' | 'day' | 'month' | 'total', number>> = { hour: 1, day: 2, month: 3, total: 4 };

const coversPeriod = (wide: BudgetRule['period'], narrow: BudgetRule['period']): boolean => {
  if (wide === narrow || wide === 'total') return true;
  return wide !== 'run' && narrow !== 'run' && lengths[wide] >= lengths[narrow];
};

/** Whether all that `narrow` counts is counted by one account of `wide` too. */
function covers(wide: BudgetRule, narrow: BudgetRule): boolean {
  if (!coversPeriod(wide.period, narrow.period)) return false;
  if (wide.subject === 'team') return wide.period !== 'run' || narrow.period === 'run' || narrow.subject === 'run';
  if (wide.subject !== narrow.subject) return false;
  return wide.subject_id === null || wide.subject_id === narrow.subject_id;
}

/**
 * The hard budget that is always spent before a new one could be: whatever counts for the new one counts for it too, and
 * its limit is lower. Null when nothing is in the way.
 */
export function outOfReach(wanted: BudgetRule, others: readonly BudgetRule[]): BudgetRule | null {
  const inTheWay = others.filter(
    (other) =>
      other.kind === 'hard' &&
      other.measure === wanted.measure &&
      other.limit_units < wanted.limit_units &&
      covers(other, wanted),
  );
  return inTheWay[0] ?? null;
}
