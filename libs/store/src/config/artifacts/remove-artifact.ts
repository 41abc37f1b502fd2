import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';

/**
 * Takes an artifact out of the store, with its audit row: from then on nobody finds it, and its object is loose until
 * somebody removed it. The answer is that object; null when there is no such artifact.
 */
export async function removeArtifact(
  db: Db,
  { teamId, artifactId, actor }: { teamId: string; artifactId: string; actor: string },
): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('stored_artifact')
      .where('team_id', '=', teamId)
      .where('artifact_id', '=', artifactId)
      .returning(['object_id', 'size_bytes', 'artifact_type'])
      .executeTakeFirst();
    if (gone === undefined) return null;
    const { object_id, size_bytes, artifact_type } = gone;
    await trx.insertInto('loose_object').values({ team_id: teamId, object_id }).execute();
    await trx
      .updateTable('artifact_usage')
      .set({ used_bytes: sql<number>`used_bytes - ${size_bytes}` })
      .where('team_id', '=', teamId)
      .execute();
    const detail = { size_bytes, artifact_type };
    await writeAudit(trx, { teamId, actor, action: 'artifact.remove', object: `artifact:${artifactId}`, detail });
    return object_id;
  });
}
