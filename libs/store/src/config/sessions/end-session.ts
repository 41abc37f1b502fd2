import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';

export type SessionName = { teamId: string; sessionId: string };

const ended = { ended_at: sql<Date>`coalesce(ended_at, now())` };

/** Signs one browser out, with its audit row. */
export async function endSession(db: Db, { teamId, sessionId, actor }: SessionName & { actor: string }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('browser_session')
      .set(ended)
      .where('team_id', '=', teamId)
      .where('session_id', '=', sessionId)
      .execute();
    await writeAudit(trx, { teamId, actor, action: 'session.end', object: `session:${sessionId}` });
  });
}

/** Signs out every browser that signed in with a key, with its audit row. */
export async function endSessionsOfKey(
  db: Db,
  { teamId, keyId, actor }: { teamId: string; keyId: string; actor: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('browser_session')
      .set(ended)
      .where('team_id', '=', teamId)
      .where('key_id', '=', keyId)
      .execute();
    await writeAudit(trx, { teamId, actor, action: 'session.end_all', object: `key:${keyId}` });
  });
}
