import type { Db } from '../../database.ts';
import { hashSecret } from '../key-text.ts';
import type { StoredSession } from './find-session.ts';
import { formatTicket, newTicket } from './ticket-text.ts';

/**
 * Gives a session a new secret and a later end. The secret before goes on counting for a minute, for requests that are
 * under way. null when another request was faster: its answer carries the new secret.
 */
export async function renewSession(
  db: Db,
  session: Pick<StoredSession, 'teamId' | 'sessionId' | 'secretHash'>,
  { expiresAt, keySecret, now }: { expiresAt: Date; keySecret: string; now: Date },
): Promise<string | null> {
  const { secret } = newTicket(session.teamId);
  const renewed = await db
    .updateTable('browser_session')
    .set({
      secret_hash: hashSecret(keySecret, secret),
      previous_hash: session.secretHash,
      rotated_at: now,
      expires_at: expiresAt,
    })
    .where('team_id', '=', session.teamId)
    .where('session_id', '=', session.sessionId)
    .where('secret_hash', '=', session.secretHash)
    .where('ended_at', 'is', null)
    .returning('session_id')
    .executeTakeFirst();
  return renewed === undefined ? null : formatTicket({ teamId: session.teamId, id: session.sessionId, secret });
}
