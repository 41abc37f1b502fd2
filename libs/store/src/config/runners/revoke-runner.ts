import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';

/** Ends a runner and its key for good, with audit rows. False when the team has no such runner; twice changes nothing. */
export async function revokeRunner(
  db: Db,
  { teamId, runnerId, actor }: { teamId: string; runnerId: string; actor: string },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const runner = await trx
      .updateTable('runner')
      .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
      .where('team_id', '=', teamId)
      .where('runner_id', '=', runnerId)
      .returning('key_id')
      .executeTakeFirst();
    if (runner === undefined) return false;
    const { key_id: keyId } = runner;
    if (keyId !== null) {
      await trx
        .updateTable('api_key')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
        .where('team_id', '=', teamId)
        .where('key_id', '=', keyId)
        .execute();
      await writeAudit(trx, { teamId, actor, action: 'key.revoke', object: `key:${keyId}` });
    }
    await writeAudit(trx, { teamId, actor, action: 'runner.revoke', object: `runner:${runnerId}` });
    return true;
  });
}
