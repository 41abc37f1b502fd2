import type { BudgetSyncBody } from '../http/budget-sync.ts';

/** What a holder says, less what it says of budgets that were removed since: they hold nothing. */
export const onlyKnown = (word: BudgetSyncBody, known: (account: string) => boolean): BudgetSyncBody => ({
  ...word,
  slices: word.slices.filter(({ account }) => known(account)),
  wants: word.wants.filter(({ account }) => known(account)),
  settled: word.settled.map((call) => ({
    ...call,
    amounts: Object.fromEntries(Object.entries(call.amounts).filter(([account]) => known(account))),
  })),
});
