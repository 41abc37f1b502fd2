import { sql } from 'kysely';
import type { Db, DbTransaction } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { readArtifactUsage } from './find-artifact.ts';

/** What was taken out of the store: objects that are loose now. */
export type ExpiredArtifacts = { objectIds: string[]; bytes: number };

/** A statement takes 65,535 parameters at most. */
const atOnce = 10_000;

type Gone = { object_id: string; size_bytes: number };

/** Books what goes by itself: one audit row for all of it, and the team's account. */
async function book(
  trx: DbTransaction,
  gone: readonly Gone[],
  { teamId, action, why }: { teamId: string; action: string; why: Record<string, unknown> },
): Promise<ExpiredArtifacts> {
  const bytes = gone.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const objectIds = gone.map(({ object_id }) => object_id);
  if (gone.length === 0) return { objectIds, bytes };
  for (let at = 0; at < objectIds.length; at += atOnce) {
    const some = objectIds.slice(at, at + atOnce).map((object_id) => ({ team_id: teamId, object_id }));
    await trx.insertInto('loose_object').values(some).execute();
  }
  await trx
    .updateTable('artifact_usage')
    .set({ used_bytes: sql<number>`used_bytes - ${bytes}` })
    .where('team_id', '=', teamId)
    .execute();
  const detail = { ...why, artifacts: gone.length, size_bytes: bytes };
  await writeAudit(trx, { teamId, actor: 'service:gateway', action, object: `team:${teamId}`, detail });
  return { objectIds, bytes };
}

/** Takes artifacts that were stored before `before` out of a team's store, the oldest first. The records of them stay. */
export function expireArtifacts(
  db: Db,
  { teamId, before, limit }: { teamId: string; before: Date; limit: number },
): Promise<ExpiredArtifacts> {
  return db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('stored_artifact')
      .where('team_id', '=', teamId)
      .where('artifact_id', 'in', (query) =>
        query
          .selectFrom('stored_artifact')
          .select('artifact_id')
          .where('team_id', '=', teamId)
          .where('created_at', '<', before)
          .orderBy('created_at')
          .orderBy('artifact_id')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning(['object_id', 'size_bytes'])
      .execute();
    return book(trx, gone, { teamId, action: 'artifact.expire', why: { before: before.toISOString() } });
  });
}

/** Makes room for `bytes` more of a team that may keep `quota`: its oldest artifacts go. The records of them stay. */
export function evictArtifacts(
  db: Db,
  { teamId, bytes, quota }: { teamId: string; bytes: number; quota: number },
): Promise<ExpiredArtifacts> {
  return db.transaction().execute(async (trx) => {
    // One at a time for a team: two that make room at once would take twice as much.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`evict artifacts of ${teamId}`}, 0))`.execute(trx);
    const over = (await readArtifactUsage(trx, teamId)) + bytes - quota;
    if (over <= 0) return { objectIds: [], bytes: 0 };
    const { rows } = await sql<Gone>`
      delete from stored_artifact
      where team_id = ${teamId} and artifact_id in (
        select artifact_id from (
          select artifact_id, sum(size_bytes) over (order by created_at, artifact_id) - size_bytes as older_bytes
          from stored_artifact where team_id = ${teamId}
        ) as ranked where older_bytes < ${over}
      )
      returning object_id, size_bytes`.execute(trx);
    return book(trx, rows, { teamId, action: 'artifact.evict', why: { quota_bytes: quota } });
  });
}

/** Teams that keep anything. */
export async function teamsWithArtifacts(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('artifact_usage').select('team_id').where('used_bytes', '>', 0).execute();
  return rows.map(({ team_id }) => team_id);
}
