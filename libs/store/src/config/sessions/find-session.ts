import type { Db } from '../../database.ts';
import { findKey, type StoredKey } from '../find-key.ts';
import type { SessionName } from './end-session.ts';

/** A signed-in browser, with the key that it stands for as that key is now. */
export type StoredSession = {
  teamId: string;
  sessionId: string;
  secretHash: Buffer;
  previousHash: Buffer | null;
  rotatedAt: Date;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  key: StoredKey;
};

/** null when there is no such session, or its key is gone. */
export async function findSession(db: Db, { teamId, sessionId }: SessionName): Promise<StoredSession | null> {
  const row = await db
    .selectFrom('browser_session')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  const key = row === undefined ? null : await findKey(db, row.key_id);
  if (row === undefined || key === null) return null;
  return {
    teamId,
    sessionId,
    secretHash: row.secret_hash,
    previousHash: row.previous_hash,
    rotatedAt: row.rotated_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    key,
  };
}
