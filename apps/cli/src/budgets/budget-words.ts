import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import type { BudgetAccountRow, BudgetRow } from '@telltale/contracts/http/budgets';

/** Money or tokens, as people read them. */
export const amountOf = (amount: number, measure: BudgetRow['measure']): string =>
  measure === 'usd' ? formatMoney(amount) : formatCount(amount);

/** Whose budget it is: `the team`, `agent builder`, `each agent`. */
export const whoseOf = ({ subject, subject_id: id }: Pick<BudgetRow, 'subject' | 'subject_id'>): string =>
  subject === 'team' ? 'the team' : id === null ? `each ${subject}` : `${subject} ${id}`;

/** Whose of a budget of each, or of runs by themselves. */
export const accountOf = ({ subject, subject_id: id, run_id: run }: BudgetAccountRow): string =>
  run !== null ? `run ${run}` : id === null ? '' : `${subject} ${id}`;
