import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import type { BudgetRow } from '@telltale/contracts/http/budgets';

type Aim = Pick<BudgetRow, 'subject' | 'subject_id' | 'period'>;

const periods: Record<BudgetRow['period'], string> = {
  run: 'a run',
  hour: 'an hour',
  day: 'a day',
  month: 'a month',
  total: 'in all',
};

export const budgetAmount = (measure: BudgetRow['measure'], amount: number): string =>
  measure === 'usd' ? formatMoney(amount) : `${formatCount(amount)} tokens`;

/** Whose spending it holds, and for how long: `each agent, a day`. */
export const budgetAim = ({ subject, subject_id, period }: Aim): string => {
  const whose = subject === 'team' ? 'the team' : subject_id === null ? `each ${subject}` : `${subject} ${subject_id}`;
  return `${whose}, ${periods[period]}`;
};
