import type { Db } from '../database.ts';

/** Forgets orders that ended before `before`, the oldest first; what was recorded of them stays. How many there were. */
export async function dropOldOrders(db: Db, teamId: string, before: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('task_order')
    .where('team_id', '=', teamId)
    .where('task_id', 'in', (query) =>
      query
        .selectFrom('task_order')
        .select('task_id')
        .where('team_id', '=', teamId)
        .where('ended_at', '<', before)
        .where('leased_until', 'is', null)
        .orderBy('ended_at')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Teams that have any order. */
export async function teamsWithAnyOrder(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('task_order').select('team_id').groupBy('team_id').execute();
  return rows.map(({ team_id }) => team_id);
}
