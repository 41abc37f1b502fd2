import type { BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import type { BudgetAccountRow } from '@telltale/contracts/http/budgets';
import { readAccountTotals } from '@telltale/store/read';
import { readBudgetBook, type BudgetBook } from '@telltale/stream/budgets/budget-book';
import { describeAccount } from './describe-account.ts';
import type { RebaseDeps } from './rebase-team.ts';

const emptyBook: Pick<BudgetBook, 'accounts'> = { accounts: new Map() };

/**
 * What accounts came to: by the book where runners spend of them, which alone knows what is reserved, else as it is
 * rolled up. Without Redis nothing is known to be reserved, and what is stored is told all the same.
 */
export async function describeAccounts(
  { db, redis, clock }: RebaseDeps,
  teamId: string,
  accounts: readonly BudgetAccount[],
): Promise<BudgetAccountRow[]> {
  if (accounts.length === 0) return [];
  const book = await readBudgetBook(redis, teamId).catch(() => emptyBook);
  const others = accounts.filter(({ account }) => !book.accounts.has(account));
  const totals = await readAccountTotals(db, { teamId, accounts: others, now: clock.now() });
  return accounts.map((account) => {
    const open = book.accounts.get(account.account);
    if (open !== undefined) {
      const { rolledUp, settled, reserved, unpricedCalls } = open;
      return describeAccount(account, { spent: rolledUp + settled, reserved, unpricedCalls });
    }
    const { units = 0, unpricedCalls = 0 } = totals.get(account.account) ?? {};
    return describeAccount(account, { spent: Math.max(0, units), reserved: 0, unpricedCalls });
  });
}
