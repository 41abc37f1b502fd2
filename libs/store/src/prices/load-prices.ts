import type { OverrideRow, Overrides } from '@telltale/contracts/price-rows';
import type { Db } from '../database.ts';

/** The team whose rows hold for every team. */
export const everyTeamsPrices = '*';

/** What one team, or the instance, says about prices; revision 0 and no overrides where it says nothing. */
export type PriceLayer = { revision: number; overrides: Overrides | undefined };
/** A team's own rows and those of the instance. */
export type TeamPrices = { own: PriceLayer; shared: PriceLayer };

type StoredRow = {
  provider: string | null;
  model: string;
  valid_from: Date | null;
  valid_until: Date | null;
  per_million: NonNullable<OverrideRow['per_million']> | null;
  per_request: string | null;
  tiers: NonNullable<OverrideRow['tiers']> | null;
  factors: NonNullable<OverrideRow['factors']> | null;
  discount: string | null;
};

/** A stored row as a line of the overrides file. */
function toOverrideRow(row: StoredRow): OverrideRow {
  return {
    model: row.model,
    ...(row.provider === null ? {} : { provider: row.provider }),
    ...(row.valid_from === null ? {} : { from: row.valid_from.toISOString() }),
    ...(row.valid_until === null ? {} : { until: row.valid_until.toISOString() }),
    ...(row.per_million === null ? {} : { per_million: row.per_million }),
    ...(row.per_request === null ? {} : { per_request: row.per_request }),
    ...(row.tiers === null ? {} : { tiers: row.tiers }),
    ...(row.factors === null ? {} : { factors: row.factors }),
    ...(row.discount === null ? {} : { discount: Number(row.discount) }),
  };
}

/** What goes into a team's price book. The revisions are read first: rows may be newer than they say, never older. */
export async function loadPrices(db: Db, teamId: string): Promise<TeamPrices> {
  const teams = [teamId, everyTeamsPrices];
  const lists = await db
    .selectFrom('price_list')
    .select(['team_id', 'revision', 'default_price'])
    .where('team_id', 'in', teams)
    .execute();
  const rows = await db
    .selectFrom('price_override')
    .select(['team_id', 'provider', 'model', 'valid_from', 'valid_until', 'per_million', 'per_request', 'tiers'])
    .select(['factors', 'discount'])
    .where('team_id', 'in', teams)
    .orderBy('position')
    .execute();
  const layerOf = (id: string): PriceLayer => {
    const list = lists.find((one) => one.team_id === id);
    const prices = rows.filter((row) => row.team_id === id).map(toOverrideRow);
    const fallback = list?.default_price ?? null;
    if (prices.length === 0 && fallback === null) return { revision: list?.revision ?? 0, overrides: undefined };
    return { revision: list?.revision ?? 0, overrides: { version: 1, prices, default_price: fallback } };
  };
  return { own: layerOf(teamId), shared: layerOf(everyTeamsPrices) };
}

/** Of every team with prices of its own, and of the instance (`*`): how often they were changed. */
export async function readPriceRevisions(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom('price_list').select(['team_id', 'revision']).execute();
  return new Map(rows.map(({ team_id, revision }) => [team_id, revision]));
}
