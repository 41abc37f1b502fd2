import type { Db } from '../database.ts';

/** A run without an end of which nothing was heard for long. */
export type SilentRun = {
  run_id: string;
  agent_id: string;
  session_id: string | null;
  task_id: string | null;
  crew_id: string | null;
  host: string | null;
  last_at: Date;
};

/** Runs of a team that have no end and were last heard of before `before`, longest silent first. */
export function listSilentRuns(db: Db, teamId: string, before: Date, limit: number): Promise<SilentRun[]> {
  return db
    .selectFrom('run')
    .select(['run_id', 'agent_id', 'session_id', 'task_id', 'crew_id', 'host', 'last_at'])
    .where('team_id', '=', teamId)
    .where('ended_at', 'is', null)
    .where('last_at', '<', before)
    .orderBy('last_at')
    .limit(limit)
    .execute();
}
