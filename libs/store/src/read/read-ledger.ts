import type { Db } from '../database.ts';

export type LedgerKey = { teamId: string; producerId: string; seq: number };

/** The hash (hex) of the record ids that a stored batch was made of; null when the ledger does not have the batch. */
export async function readLedgerHash(db: Db, { teamId, producerId, seq }: LedgerKey): Promise<string | null> {
  const row = await db
    .selectFrom('batch_ledger')
    .select('ids_hash')
    .where('team_id', '=', teamId)
    .where('producer_id', '=', producerId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row?.ids_hash.toString('hex') ?? null;
}
