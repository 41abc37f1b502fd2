import { sql } from 'kysely';
import type { Db } from '../database.ts';

export type RunningRun = {
  run_id: string;
  agent_id: string;
  team_id: string;
  command: string | null;
  started_at: string;
  /** The newest word of it: a run that was killed together with its watcher goes silent without an end. */
  last_at: string;
};

/** The newest runs that were started and have no end, of all teams: for the operator's own screen alone. */
export async function listRunning(db: Db, { limit }: { limit: number }): Promise<RunningRun[]> {
  const { rows } = await sql<Omit<RunningRun, 'started_at' | 'last_at'> & { started_at: Date; last_at: Date }>`
    select run_id, agent_id, team_id, left(command, 200) as command, started_at, last_at from run
    where ended_at is null and start_at is not null order by started_at desc, run_id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    started_at: row.started_at.toISOString(),
    last_at: row.last_at.toISOString(),
  }));
}
