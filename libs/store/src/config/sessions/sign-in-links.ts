import type { Db } from '../../database.ts';
import { findKey, type StoredKey } from '../find-key.ts';
import { hashSecret, secretMatches } from '../key-text.ts';
import { formatTicket, newTicket, parseTicket } from './ticket-text.ts';

/** Makes a ticket that signs in once, in place of a key. Links of the team that are over are removed. */
export async function createSignInLink(
  db: Db,
  wanted: { teamId: string; keyId: string; expiresAt: Date; keySecret: string; now: Date },
): Promise<string> {
  const { teamId, keyId, expiresAt, keySecret, now } = wanted;
  const ticket = newTicket(teamId);
  await db.deleteFrom('sign_in_link').where('team_id', '=', teamId).where('expires_at', '<', now).execute();
  await db
    .insertInto('sign_in_link')
    .values({
      team_id: teamId,
      link_id: ticket.id,
      key_id: keyId,
      secret_hash: hashSecret(keySecret, ticket.secret),
      expires_at: expiresAt,
    })
    .execute();
  return formatTicket(ticket);
}

/** The key a link stands for, once: of two at the same time one gets it. null when the link is used, over or unknown. */
export async function redeemSignInLink(
  db: Db,
  { text, keySecret, now }: { text: string; keySecret: string; now: Date },
): Promise<StoredKey | null> {
  const ticket = parseTicket(text);
  if (ticket === null) return null;
  const row = await db
    .selectFrom('sign_in_link')
    .select('secret_hash')
    .where('team_id', '=', ticket.teamId)
    .where('link_id', '=', ticket.id)
    .executeTakeFirst();
  if (!secretMatches(keySecret, ticket.secret, row?.secret_hash ?? null)) return null;
  const taken = await db
    .updateTable('sign_in_link')
    .set({ used_at: now })
    .where('team_id', '=', ticket.teamId)
    .where('link_id', '=', ticket.id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('key_id')
    .executeTakeFirst();
  return taken === undefined ? null : findKey(db, taken.key_id);
}
