import type { Db } from '../../database.ts';
import { artifactColumns, type ArtifactRow } from './store-artifact.ts';

export async function findArtifact(db: Db, teamId: string, artifactId: string): Promise<ArtifactRow | undefined> {
  return db
    .selectFrom('stored_artifact')
    .select(artifactColumns)
    .where('team_id', '=', teamId)
    .where('artifact_id', '=', artifactId)
    .executeTakeFirst();
}

/** Bytes that the team keeps in the artifact store. */
export async function readArtifactUsage(db: Db, teamId: string): Promise<number> {
  const row = await db
    .selectFrom('artifact_usage')
    .select('used_bytes')
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return row?.used_bytes ?? 0;
}

/** Whose an artifact is, as far as its run or task are known already. */
export type ArtifactPlace = {
  agent_id: string | null;
  session_id: string | null;
  task_id: string | null;
  crew_id: string | null;
};

export async function findPlace(
  db: Db,
  { teamId, runId, taskId }: { teamId: string; runId: string | null; taskId: string | null },
): Promise<ArtifactPlace | undefined> {
  const run =
    runId === null
      ? undefined
      : await db
          .selectFrom('run')
          .select(['agent_id', 'session_id', 'task_id'])
          .where('team_id', '=', teamId)
          .where('run_id', '=', runId)
          .executeTakeFirst();
  const ofTask = taskId ?? run?.task_id ?? null;
  const task =
    ofTask === null
      ? undefined
      : await db
          .selectFrom('task')
          .select(['agent_id', 'session_id', 'crew_id'])
          .where('team_id', '=', teamId)
          .where('task_id', '=', ofTask)
          .executeTakeFirst();
  if (run === undefined && task === undefined) return undefined;
  return {
    agent_id: run?.agent_id ?? task?.agent_id ?? null,
    session_id: run?.session_id ?? task?.session_id ?? null,
    task_id: ofTask,
    crew_id: task?.crew_id ?? null,
  };
}
