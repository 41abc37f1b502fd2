import type { DbTransaction } from '../../database.ts';

/** Labels that are rollup dimensions for this team. */
export async function labelNamesOf(trx: DbTransaction, teamId: string): Promise<string[]> {
  const row = await trx.selectFrom('team').select('label_names').where('team_id', '=', teamId).executeTakeFirst();
  return row?.label_names ?? [];
}
