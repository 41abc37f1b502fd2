import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

/** Of a team, or of any (`*`, the operator). */
export type Revocation = { teamId: string; keyId: string; actor: string };

/** Ends a key for good, with its audit row. False when the team has no such key; revoking twice changes nothing. */
export async function revokeKey(db: Db, { teamId, keyId, actor }: Revocation): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    let update = trx
      .updateTable('api_key')
      .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
      .where('key_id', '=', keyId);
    if (teamId !== '*') update = update.where('team_id', '=', teamId);
    const revoked = await update.returning('team_id').executeTakeFirst();
    if (revoked === undefined) return false;
    await writeAudit(trx, { teamId: revoked.team_id, actor, action: 'key.revoke', object: `key:${keyId}` });
    return true;
  });
}
