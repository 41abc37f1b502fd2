import { sql } from 'kysely';
import { canaryAgent, systemTeam } from '@telltale/contracts/system-team';
import type { Db } from '../database.ts';

/** The hourly comparison of rollups with records looks back one hour; nobody looks at canaries after it. */
const keptHours = 3;

/** Removes the rows of canaries that are folded and old: one a second would come to more than people's records do. */
export async function dropOldCanaries(db: Db, now: number): Promise<number> {
  const before = new Date(now - keptHours * 3_600_000);
  const { numAffectedRows } = await sql`
    delete from metric where team_id = ${systemTeam} and agent_id = ${canaryAgent} and at < ${before}
      and batch_no < coalesce((select min(batch_no) from batch_ledger
        where team_id = ${systemTeam} and folded_at is null), 9223372036854775807)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
