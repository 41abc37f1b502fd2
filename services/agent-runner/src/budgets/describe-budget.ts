import type { BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import { fromUnits } from '@telltale/contracts/budgets/budget-units';
import type { Refusal } from '../proxy/forward.ts';

/** Which budget it is, as evidence of an event. */
export const describeBudget = ({ rule, of, run }: BudgetAccount): Record<string, string> => ({
  budget_id: rule.budget_id,
  subject: rule.subject,
  period: rule.period,
  measure: rule.measure,
  kind: rule.kind,
  ...(rule.name === null ? {} : { budget: rule.name }),
  ...(of === null ? {} : { subject_id: of }),
  ...(run === null ? {} : { run_id: run }),
});

const periods = { run: 'of a run', hour: 'of this hour', day: 'of today', month: 'of this month', total: '' } as const;

const amountOf = (units: number, { rule }: BudgetAccount): string =>
  rule.measure === 'usd' ? `$${fromUnits(units, 'usd').toFixed(4)}` : `${units} tokens`;

const limitOf = (account: BudgetAccount): string =>
  account.rule.measure === 'usd'
    ? `$${fromUnits(account.rule.limit_units, 'usd')}`
    : `${account.rule.limit_units} tokens`;

function nameOf({ rule, of }: BudgetAccount): string {
  const whose = rule.subject === 'team' ? 'the team' : `${rule.subject} ${of ?? ''}`.trim();
  const named = rule.name === null ? '' : ` "${rule.name}"`;
  return ['The budget', `${named} of ${whose}`.trim(), periods[rule.period]].filter((part) => part !== '').join(' ');
}

/** What a program is told whose call is refused. A 402 is not tried again. */
export function refusalOf(
  account: BudgetAccount,
  why: 'spent' | 'unreachable' | 'unknown_price',
  spentUnits: number,
): Refusal {
  const message = {
    spent: `${nameOf(account)} is spent: ${amountOf(spentUnits, account)} of ${limitOf(account)} are used, and this call may not fit. Finish without further calls.`,
    unreachable: `${nameOf(account)} cannot be asked for, because its server does not answer, and it is set to block then.`,
    unknown_price: `${nameOf(account)} allows no call without a known price; set a price for this model.`,
  }[why];
  return { status: 402, type: 'budget_exceeded', message };
}
