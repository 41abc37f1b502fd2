import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Grains that grow with time; days and totals are few and stay. */
const fine = [15, 120];

/**
 * Removes quarter hours and two hours of the rollups from before `before` (epoch ms), and which memories were not recalled
 * since, of which there may be any number. Answers how many rows went.
 */
export async function expireRollups(db: Db, before: number): Promise<number> {
  let gone = 0;
  for (const table of ['rollup', 'rollup_bin'] as const) {
    const done = await sql`delete from ${sql.table(table)}
      where grain = any(${fine}::smallint[]) and bucket < ${new Date(before)}`.execute(db);
    gone += Number(done.numAffectedRows ?? 0);
  }
  const recalls = await sql`delete from agent_recall where last_at < ${new Date(before)}`.execute(db);
  return gone + Number(recalls.numAffectedRows ?? 0);
}
