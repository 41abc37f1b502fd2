import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Budgets of tasks that ended more than a day ago: nothing can be spent of them any more. */
export async function budgetsOfEndedTasks(
  db: Db,
  teamId: string,
  limit: number,
): Promise<{ teamId: string; budgetId: string }[]> {
  const rows = await db
    .selectFrom('budget')
    .innerJoin('task_order', (join) =>
      join.onRef('task_order.team_id', '=', 'budget.team_id').onRef('task_order.task_id', '=', 'budget.subject_id'),
    )
    .select(['budget.team_id', 'budget.budget_id'])
    .where('budget.team_id', '=', teamId)
    .where('budget.subject', '=', 'task')
    .where('task_order.ended_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`)
    .limit(limit)
    .execute();
  return rows.map(({ team_id, budget_id }) => ({ teamId: team_id, budgetId: budget_id }));
}

/** Teams that have budgets of tasks. */
export async function teamsWithTaskBudgets(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('budget')
    .select('team_id')
    .where('subject', '=', 'task')
    .groupBy('team_id')
    .execute();
  return rows.map(({ team_id }) => team_id);
}
