import type { BudgetAccountRow, BudgetRow } from '@telltale/contracts/http/budgets';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTable, type Cell } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { lesser, numbers, words } from '../views/columns.ts';
import { callsWithoutPrice } from '../views/words.ts';
import { accountOf, amountOf, whoseOf } from './budget-words.ts';

const pageLength = 100;

function cellsOf(budget: BudgetRow, account: BudgetAccountRow | undefined, page: Page): Cell[] {
  const amount = (value: number | undefined): string =>
    value === undefined ? amountOf(0, budget.measure) : amountOf(value, budget.measure);
  const used = `${((account?.used ?? 0) * 100).toFixed(0)} %`;
  const isOne = budget.subject === 'team' ? budget.period !== 'run' : budget.subject_id !== null;
  const whose = account === undefined || (isOne && account.run_id === null) ? '' : accountOf(account);
  return [
    whose === '' ? whoseOf(budget) : `${whoseOf(budget)}: ${whose}`,
    budget.period,
    budget.kind,
    amount(budget.limit),
    amount(account?.spent),
    amount(account?.reserved),
    amount(account?.remaining ?? budget.limit),
    account?.state === 'reached' ? { text: used, paint: page.red } : used,
    budget.name ?? '',
    budget.budget_id,
  ];
}

/** Lists budgets with what is left of them now; a budget of each with those who spent most. */
export async function listBudgets(flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const budgets: BudgetRow[] = [];
  for (;;) {
    const page = await api.budgets({ limit: pageLength, offset: budgets.length });
    budgets.push(...page.budgets);
    if (page.budgets.length < pageLength || budgets.length >= (page.total ?? 0)) break;
  }
  if (flags.json === true) {
    context.out(`${JSON.stringify({ budgets })}\n`);
    return;
  }
  if (budgets.length === 0) {
    context.say('there are no budgets; set one with: telltale budgets set --period day --usd 5');
    return;
  }
  const page = context.page(flags);
  const rows = budgets.flatMap((budget) =>
    budget.accounts.length === 0
      ? [cellsOf(budget, undefined, page)]
      : budget.accounts.map((account) => cellsOf(budget, account, page)),
  );
  const headings = [
    words('BUDGET OF'),
    'PER',
    lesser(words('KIND')),
    numbers('LIMIT'),
    lesser(numbers('SPENT')),
    lesser(numbers('RESERVED')),
    numbers('LEFT'),
    numbers('USED'),
    lesser(words('NAME')),
    lesser({ heading: 'ID' }),
  ];
  const unpriced = budgets
    .filter(({ measure }) => measure === 'usd')
    .flatMap(({ accounts }) => accounts.map(({ unpriced_calls }) => unpriced_calls));
  const most = Math.max(0, ...unpriced);
  const note = most === 0 ? '' : `\n${callsWithoutPrice(most)} in no amount: set a price for them\n`;
  context.out(formatTable(headings, rows, page) + note);
}
