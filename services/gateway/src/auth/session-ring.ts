import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { parseTicket, secretMatches, type SessionName, type StoredSession } from '@telltale/store/config';
import type { Access } from './access.ts';
import { accessOf, holds } from './keyring.ts';
import { createRowMemory } from './row-memory.ts';

/** A browser that is signed in, and what the key it stands for allows now. */
export type Signed = { session: StoredSession; access: Access };

/** A request that was under way during a rotation still carries the secret before. */
const previousCountsMs = 60_000;

const refuse = (): never => {
  throw new TelltaleError('unauthenticated', 'this browser is not signed in any more; sign in again');
};

const nameOf = (text: string): SessionName => {
  const [teamId = '', sessionId = ''] = text.split('~');
  return { teamId, sessionId };
};

/**
 * Checks sessions of browsers against the store, as the keyring does keys: one that ended, or whose key was revoked, is
 * refused within `believeMs`, here and on every other gateway.
 */
export function createSessionRing(options: {
  findSession: (name: SessionName) => Promise<StoredSession | null>;
  keySecret: string;
  clock: Clock;
  log: Log;
  believeMs?: number;
}) {
  const { findSession, keySecret, clock, log, believeMs = 10_000 } = options;
  const find = async (name: string): Promise<StoredSession | null> => findSession(nameOf(name));
  const rows = createRowMemory({ find, clock, log, believeMs, maxRows: 10_000 });
  const key = ({ teamId, sessionId }: SessionName): string => `${teamId}~${sessionId}`;

  const current = (session: StoredSession | null): Signed => {
    const now = clock.now();
    if (session === null || session.endedAt !== null || session.expiresAt.getTime() <= now) return refuse();
    return holds(session.key, now) ? { session, access: accessOf(session.key) } : refuse();
  };

  const matches = (session: StoredSession | null, secret: string): boolean => {
    if (secretMatches(keySecret, secret, session?.secretHash ?? null)) return true;
    if (session === null || clock.now() - session.rotatedAt.getTime() > previousCountsMs) return false;
    return secretMatches(keySecret, secret, session.previousHash);
  };

  return {
    /** Checks what a cookie holds. */
    async check(text: string): Promise<Signed> {
      const ticket = parseTicket(text);
      if (ticket === null) return refuse();
      const name = key({ teamId: ticket.teamId, sessionId: ticket.id });
      let session = await rows.look(name);
      if (session !== null && !matches(session, ticket.secret)) {
        // Another gateway may have rotated it a moment ago.
        rows.forget(name);
        session = await rows.look(name);
      }
      return matches(session, ticket.secret) ? current(session) : refuse();
    },
    /** Whether a session that was checked before still holds. */
    again: async (name: SessionName): Promise<Access> => current(await rows.look(key(name))).access,
    forget: (name: SessionName): void => rows.forget(key(name)),
  };
}
export type SessionRing = ReturnType<typeof createSessionRing>;
