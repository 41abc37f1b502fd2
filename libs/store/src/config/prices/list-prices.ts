import type { Db } from '../../database.ts';
import { everyTeamsPrices } from '../../prices/load-prices.ts';

/** Every row that people made and that holds for a team: its own and those of the instance, in the order they were set. */
export async function listPrices(db: Db, teamId: string) {
  const rows = await db
    .selectFrom('price_override')
    .selectAll()
    .where('team_id', 'in', [teamId, everyTeamsPrices])
    .orderBy('position')
    .execute();
  const lists = await db
    .selectFrom('price_list')
    .select(['team_id', 'default_price'])
    .where('team_id', 'in', [teamId, everyTeamsPrices])
    .execute();
  const fallbackOf = (id: string) => lists.find(({ team_id }) => team_id === id)?.default_price ?? null;
  return { rows, defaultPrice: fallbackOf(teamId) ?? fallbackOf(everyTeamsPrices) };
}
export type StoredPriceRow = Awaited<ReturnType<typeof listPrices>>['rows'][number];
