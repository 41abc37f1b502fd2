import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { hashSecret } from '../key-text.ts';
import { formatTicket, newTicket } from './ticket-text.ts';

/**
 * Signs a browser in with a key that was checked, with its audit row; sessions of the team that are over are removed.
 * The answer holds the only copy of the ticket there is.
 */
export async function startSession(
  db: Db,
  wanted: { teamId: string; keyId: string; expiresAt: Date; keySecret: string; actor: string; now: Date },
): Promise<string> {
  const { teamId, keyId, expiresAt, keySecret, actor, now } = wanted;
  const ticket = newTicket(teamId);
  await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('browser_session')
      .where('team_id', '=', teamId)
      .where((where) => where.or([where('expires_at', '<', now), where('ended_at', 'is not', null)]))
      .execute();
    await trx
      .insertInto('browser_session')
      .values({
        team_id: teamId,
        session_id: ticket.id,
        key_id: keyId,
        secret_hash: hashSecret(keySecret, ticket.secret),
        expires_at: expiresAt,
      })
      .execute();
    await writeAudit(trx, { teamId, actor, action: 'session.start', object: `session:${ticket.id}` });
  });
  return formatTicket(ticket);
}
