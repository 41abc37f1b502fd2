import { artifactUri } from '@telltale/contracts/http/artifacts';
import type { ArtifactPlace, ArtifactRow } from '@telltale/store/config';
import { buildBatch, type BuiltBatch } from '../telemetry/build-batch.ts';

export type ArtifactOwner = { agentId: string; sessionId: string | undefined; crewId: string | undefined };

/**
 * The batch that tells of an artifact. It is named by the artifact's id, so that an upload that is sent again tells of
 * it once.
 */
export function artifactRecord(
  team: string,
  row: ArtifactRow,
  { agentId, sessionId, crewId }: ArtifactOwner,
  place: ArtifactPlace | undefined,
): BuiltBatch {
  const uri = artifactUri(row.artifact_id);
  const at = row.created_at.toISOString();
  const optional = {
    task_id: row.task_id ?? place?.task_id,
    run_id: row.run_id,
    session_id: sessionId ?? place?.session_id,
    crew_id: crewId ?? place?.crew_id,
    metadata: row.metadata,
  };
  const record = {
    kind: 'artifact',
    at,
    agent_id: agentId,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null && value !== undefined)),
    artifact_type: row.artifact_type,
    uri,
    size_bytes: row.size_bytes,
    sha256: row.sha256,
  };
  return buildBatch({ team, body: { records: [record] }, raw: Buffer.from(`${team} ${uri}`), receivedAt: at });
}
