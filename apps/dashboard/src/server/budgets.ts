import type { BudgetStatusAnswer } from '@telltale/contracts/http/budgets';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { apiOf } from './api.ts';

export type BudgetAccount = BudgetStatusAnswer['accounts'][number];

export const budgetsQuery = (team: string) =>
  queryOptions({
    queryKey: ['budgets', team],
    queryFn: () => apiOf(team).budgets({ limit: 100 }),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

/** What holds the spending of an agent or a run now. */
export const budgetStatusQuery = (team: string, whose: { agent_id: string } | { run_id: string }) =>
  queryOptions({
    queryKey: ['budget-status', team, whose],
    queryFn: () => apiOf(team).budgetStatus(whose),
    refetchInterval: 5_000,
  });
