import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Any number that no other lock has. */
const sweepLock = 7_204_117;

/** Works while nobody else does; when somebody else works, not at all. */
export async function withSweepLock(db: Db, work: () => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${sweepLock}) as mine`.execute(trx);
    if (rows[0]?.mine === true) await work();
  });
}
