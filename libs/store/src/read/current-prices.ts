import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { StoredRecord } from './record-page.ts';

type Priced = { record_id: string; cost_usd: string | null; cost_source: string; price_version: string | null };
type Row = Priced & { id: string; members: Priced[] | null };

/**
 * Records of calls to models with what they cost now: a repricing changes calls and their totals, and never the record that
 * is kept as it came. One that is not folded yet keeps the price it was stored with.
 */
export async function withCurrentPrices(
  db: Db,
  teamId: string,
  records: readonly StoredRecord[],
): Promise<StoredRecord[]> {
  if (records.length === 0) return [];
  const { rows } = await sql<Row>`
    select r.id, c.record_id, c.cost_usd, c.cost_source, c.price_version, c.members
    from unnest(${records.map(({ id }) => id)}::uuid[]) as r (id)
    join calls c on c.team_id = ${teamId} and c.call_id = coalesce(
      (select a.call_id from call_alias a where a.team_id = ${teamId} and a.alias = 'r:' || r.id), r.id)`.execute(db);
  const prices = new Map(
    rows.flatMap((row) => {
      const told = (row.members ?? [row]).find(({ record_id }) => record_id === row.id);
      return told === undefined ? [] : [[row.id, told] as const];
    }),
  );
  return records.map((record) => {
    const now = prices.get(record.id);
    if (now === undefined) return record;
    const { cost_usd: _, price_version: __, ...rest } = record;
    return {
      ...rest,
      ...(now.cost_usd === null ? {} : { cost_usd: Number(now.cost_usd) }),
      cost_source: now.cost_source,
      ...(now.price_version === null ? {} : { price_version: now.price_version }),
    };
  });
}
