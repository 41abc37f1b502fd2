import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { artifactColumns, type ArtifactRow } from './store-artifact.ts';

export type ArtifactPage = {
  teamId: string;
  taskId: string | undefined;
  runId: string | undefined;
  artifactType: string | undefined;
  /** Where the page before ended. */
  after: { createdAt: string; artifactId: string } | null;
  limit: number;
  offset: number;
};

/** Newest first. `position` of the last row is where the next page begins, to the microsecond. */
export async function listArtifacts(
  db: Db,
  { teamId, taskId, runId, artifactType, after, limit, offset }: ArtifactPage,
): Promise<{ artifacts: ArtifactRow[]; end: { createdAt: string; artifactId: string } | null }> {
  let query = db
    .selectFrom('stored_artifact')
    .select(artifactColumns)
    .select(sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('exactly'))
    .where('team_id', '=', teamId);
  if (taskId !== undefined) query = query.where('task_id', '=', taskId);
  if (runId !== undefined) query = query.where('run_id', '=', runId);
  if (artifactType !== undefined) query = query.where('artifact_type', '=', artifactType);
  if (after !== null) {
    const { createdAt, artifactId } = after;
    query = query.where(sql<boolean>`(created_at, artifact_id) < (${createdAt}::timestamptz, ${artifactId}::uuid)`);
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('artifact_id', 'desc')
    .limit(limit + 1)
    .offset(offset)
    .execute();
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    artifacts: page.map(({ exactly: _exactly, ...row }) => row),
    end: last === undefined ? null : { createdAt: last.exactly, artifactId: last.artifact_id },
  };
}
