import { sql } from 'kysely';
import type { Db } from '../../database.ts';

export type ArtifactRow = {
  artifact_id: string;
  object_id: string;
  artifact_type: string;
  size_bytes: number;
  sha256: string;
  metadata: Record<string, unknown> | null;
  task_id: string | null;
  run_id: string | null;
  created_at: Date;
};

export type NewArtifact = Omit<ArtifactRow, 'created_at'> & {
  team_id: string;
  created_by: string;
  /** Bytes that the team may keep; null when nothing bounds it. */
  quota: number | null;
};

export const artifactColumns = [
  'artifact_id',
  'object_id',
  'artifact_type',
  'size_bytes',
  'sha256',
  'metadata',
  'task_id',
  'run_id',
  'created_at',
] as const;

// Thrown to roll back; they never leave.
class OverQuota extends Error {}
class Swept extends Error {}

/**
 * Makes an artifact of a loose object whose content is there as a whole. When the same artifact was stored before, that
 * one is the answer and the object stays loose. `over_quota`: the team may not keep so much, nothing was changed;
 * `swept`: the object was taken for forgotten meanwhile.
 */
export async function storeArtifact(db: Db, wish: NewArtifact): Promise<ArtifactRow | 'over_quota' | 'swept'> {
  const { team_id, quota, metadata, ...rest } = wish;
  const { artifact_id, object_id, size_bytes } = wish;
  try {
    return await db.transaction().execute(async (trx) => {
      const made = await trx
        .insertInto('stored_artifact')
        .values({ team_id, ...rest, metadata: metadata === null ? null : JSON.stringify(metadata) })
        .onConflict((conflict) => conflict.columns(['team_id', 'artifact_id']).doNothing())
        .returning(artifactColumns)
        .executeTakeFirst();
      if (made === undefined) {
        return trx
          .selectFrom('stored_artifact')
          .select(artifactColumns)
          .where('team_id', '=', team_id)
          .where('artifact_id', '=', artifact_id)
          .executeTakeFirstOrThrow();
      }
      const { numDeletedRows } = await trx
        .deleteFrom('loose_object')
        .where('team_id', '=', team_id)
        .where('object_id', '=', object_id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw new Swept();
      const { used_bytes } = await trx
        .insertInto('artifact_usage')
        .values({ team_id, used_bytes: size_bytes })
        .onConflict((conflict) =>
          conflict
            .column('team_id')
            .doUpdateSet({ used_bytes: sql<number>`artifact_usage.used_bytes + ${size_bytes}` }),
        )
        .returning('used_bytes')
        .executeTakeFirstOrThrow();
      if (quota !== null && used_bytes > quota) throw new OverQuota();
      return made;
    });
  } catch (error) {
    if (error instanceof OverQuota) return 'over_quota';
    if (error instanceof Swept) return 'swept';
    throw error;
  }
}
