import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { everyTeamsPrices } from '../../prices/load-prices.ts';

/** A changed price counts for what collectors store after this long: they look every 5 s, and a batch takes its time. */
const settleMs = 12_000;

/** How long a call of the team may still be stored at a price that is no longer, in ms; at most `settleMs`. */
export async function priceSettlesInMs(db: Db, teamId: string): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select ${settleMs}::integer - extract(epoch from clock_timestamp() - max(changed_at))::double precision * 1000 as ms
    from price_list where team_id in (${teamId}, ${everyTeamsPrices})`.execute(db);
  return Math.min(settleMs, Math.max(0, Math.ceil(rows[0]?.ms ?? 0)));
}

/** The greatest number of a batch that is stored and not folded; null when all are. */
export async function newestUnfolded(db: Db, teamId: string): Promise<number | null> {
  const { rows } = await sql<{ batch_no: number | null }>`
    select max(batch_no) as batch_no from batch_ledger where team_id = ${teamId} and folded_at is null`.execute(db);
  return rows[0]?.batch_no ?? null;
}

/** How many batches up to this number are not folded yet. */
export async function unfoldedUpTo(db: Db, teamId: string, batchNo: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from batch_ledger
    where team_id = ${teamId} and folded_at is null and batch_no <= ${batchNo}`.execute(db);
  return rows[0]?.count ?? 0;
}
