import { sql } from 'kysely';
import type { Db } from '../../database.ts';

/** Teams that have budgets. */
export async function teamsWithBudgets(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('budget').select('team_id').distinct().orderBy('team_id').execute();
  return rows.map(({ team_id }) => team_id);
}

/**
 * Notes in which data of Redis a team's reservations are kept from now on, and answers whether they were kept in other
 * data before: those are lost then. False at the very first time, when there was nothing to lose.
 */
export async function noteBudgetBook(db: Db, teamId: string, dataEpoch: string): Promise<boolean> {
  const { rows } = await sql<{ lost: boolean }>`
    with before as (select data_epoch from budget_book where team_id = ${teamId}),
    noted as (
      insert into budget_book (team_id, data_epoch) values (${teamId}, ${dataEpoch})
      on conflict (team_id) do update set data_epoch = excluded.data_epoch, opened_at = now()
      where budget_book.data_epoch <> excluded.data_epoch)
    select coalesce((select data_epoch <> ${dataEpoch} from before), false) as lost`.execute(db);
  return rows[0]?.lost === true;
}
