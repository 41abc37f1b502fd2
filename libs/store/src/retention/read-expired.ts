import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Records that were stored and have gone, by reason. */
export async function readExpired(db: Db, teamId: string): Promise<{ reason: string; n: number }[]> {
  const { rows } = await sql<{ reason: string; n: number }>`
    select reason, sum(records)::bigint as n from expired where team_id = ${teamId} group by 1 order by 1`.execute(db);
  return rows;
}
