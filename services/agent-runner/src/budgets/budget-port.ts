import type { BudgetSyncAnswer, BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import type { RunTerms } from '@telltale/contracts/http/run-terms';

/** Whose run it is. */
export type RunSpender = {
  agent_id: string;
  run_id: string;
  session_id?: string | undefined;
  task_id?: string | undefined;
};

/** Where a run hears what holds for it, and leases slices of its budgets. Both reject when nobody answers. */
export type BudgetPort = {
  terms(spender: RunSpender, signal: AbortSignal): Promise<RunTerms>;
  /** The version of the team's rules, not older than a few seconds; where runs can ask for it together. */
  version?(spender: RunSpender, signal: AbortSignal): Promise<string>;
  sync(word: BudgetSyncBody, signal: AbortSignal): Promise<BudgetSyncAnswer>;
};
