import { sql } from 'kysely';
import type { RunnerRow } from '@telltale/contracts/http/runners';
import type { Db } from '../../database.ts';
import { toRunnerRow } from './list-runners.ts';

export type RunnerBeat = {
  teamId: string;
  runnerId: string;
  /** Of who says it: an enrolled runner's word counts only with its own key. */
  keyId: string;
  host: string;
  version: string;
  running: number;
  draining: boolean;
};

/**
 * Takes down that a runner lives and what it does; one that was not enrolled gets its row. Null when the row is somebody
 * else's, or was revoked.
 */
export async function beatRunner(db: Db, beat: RunnerBeat, now: number): Promise<RunnerRow | null> {
  const { host, version, running, draining } = beat;
  const said = { host, version, running, draining, last_seen_at: sql<Date>`now()` };
  const row = await db
    .insertInto('runner')
    .values({ team_id: beat.teamId, runner_id: beat.runnerId, name: host, key_id: null, ...said })
    .onConflict((conflict) =>
      conflict
        .columns(['team_id', 'runner_id'])
        .doUpdateSet(said)
        .where('runner.revoked_at', 'is', null)
        .where((eb) => eb.or([eb('runner.key_id', 'is', null), eb('runner.key_id', '=', beat.keyId)])),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toRunnerRow(row, now);
}
