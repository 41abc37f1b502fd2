import type { Db } from '../../database.ts';

/** Teams that have budgets, or had some: what runs still hold of those is freed. */
export async function teamsWithBudgets(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('budget')
    .select('team_id')
    .union(db.selectFrom('budget_book').select('team_id'))
    .orderBy('team_id')
    .execute();
  return rows.map(({ team_id }) => team_id);
}

/** The data of Redis in which a team's reservations were last kept; null before the first. */
export async function readBudgetEpoch(db: Db, teamId: string): Promise<string | null> {
  const row = await db.selectFrom('budget_book').select('data_epoch').where('team_id', '=', teamId).executeTakeFirst();
  return row?.data_epoch ?? null;
}

/** Notes in which data of Redis they are kept from now on. */
export async function noteBudgetEpoch(db: Db, teamId: string, dataEpoch: string): Promise<void> {
  await db
    .insertInto('budget_book')
    .values({ team_id: teamId, data_epoch: dataEpoch })
    .onConflict((conflict) => conflict.column('team_id').doUpdateSet({ data_epoch: dataEpoch, opened_at: new Date() }))
    .execute();
}
