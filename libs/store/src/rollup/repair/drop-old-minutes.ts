import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { cubes } from '../cubes.ts';
import { oldestMinute } from '../fold/fold-team.ts';
import { knownTeams } from '../teams-with-work.ts';

/** Removes one-minute rows beyond their keeping, of every team. Answers how many went. */
export async function dropOldMinutes(db: Db, now = Date.now()): Promise<number> {
  const before = oldestMinute(now);
  let dropped = 0;
  for (const team_id of await knownTeams(db)) {
    const cells = await sql`delete from rollup where team_id = ${team_id} and grain = 1 and bucket < ${before}`.execute(
      db,
    );
    const bins = await sql`delete from rollup_bin where team_id = ${team_id}
      and series_id in (select series_id from series where team_id = ${team_id} and cube = any(${cubes.filter(({ bins }) => bins).map(({ name }) => name)}::text[]))
      and grain = 1 and bucket < ${before}`.execute(db);
    await sql`delete from endpoint_rollup where team_id = ${team_id} and grain = 1 and bucket < ${before}`.execute(db);
    dropped += Number(cells.numAffectedRows ?? 0) + Number(bins.numAffectedRows ?? 0);
  }
  return dropped;
}
