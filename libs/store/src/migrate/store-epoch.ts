import { sql } from 'kysely';
import type { Db } from '../database.ts';

/**
 * Gives the store another epoch; call it after a restore and before any service starts on it. Producers that find it
 * compare what they sent with what is stored and send again what a spool still has; what none has is booked as
 * `lost: restore`. Answers the new epoch. Harmless when nothing was restored: producers compare and find nothing missing.
 */
export function newStoreEpoch(db: Db): Promise<string> {
  return db.transaction().execute(renewEpochWithin);
}

/** The same within the caller's transaction. */
export async function renewEpochWithin(db: Db): Promise<string> {
  await sql`update producer set restored_seq = settled_seq`.execute(db);
  const { epoch } = await db
    .updateTable('store_epoch')
    .set({ epoch: sql<string>`gen_random_uuid()`, renewed_at: sql<Date>`now()`, restores: sql<number>`restores + 1` })
    .returning('epoch')
    .executeTakeFirstOrThrow();
  return epoch;
}
