import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Batches that are stored and not folded into the rollups yet, of all teams; `oldest_ms` is the age of the oldest. */
export type RollupLag = { batches: number; oldest_ms: number };

export async function readRollupLag(db: Db): Promise<RollupLag> {
  const { rows } = await sql<{ batches: number; oldest_ms: number }>`
    select count(*) as batches,
      coalesce(extract(epoch from now() - min(committed_at)) * 1000, 0)::double precision as oldest_ms
    from batch_ledger where folded_at is null`.execute(db);
  return rows[0] ?? { batches: 0, oldest_ms: 0 };
}
