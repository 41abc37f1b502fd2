import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import type { ColumnType } from 'kysely';
import type { DefaultTime, Json } from './columns.ts';

// Budgets and limits; migrations/0022_budgets.sql says what each column means.

export type BudgetTable = {
  team_id: string;
  budget_id: string;
  name: string | null;
  subject: BudgetRule['subject'];
  subject_id: string | null;
  period: BudgetRule['period'];
  measure: BudgetRule['measure'];
  /** numeric */
  limit_value: ColumnType<string, string | number, string | number>;
  kind: BudgetRule['kind'];
  warn_at: number;
  on_unknown: BudgetRule['on_unknown'];
  on_unreachable: BudgetRule['on_unreachable'];
  created_by: string;
  created_at: DefaultTime;
};

export type BudgetBookTable = {
  team_id: string;
  data_epoch: string;
  opened_at: DefaultTime;
};

export type RunLimitsTable = {
  team_id: string;
  agent_id: string;
  limits: Json;
  changed_by: string;
  changed_at: DefaultTime;
};
