import { TelltaleError } from '@telltale/contracts/errors';
import type { SignInBody } from '@telltale/contracts/http/sign-in';
import type { Clock } from '@telltale/runtime/clock';
import { redeemSignInLink, startSession, type Db } from '@telltale/store/config';
import { demandScope, type Access } from './access.ts';
import { actorOf } from './actor.ts';
import { accessOf, holds } from './keyring.ts';

const day = 86_400_000;
/** A session ends after this time without the page, in ms, and in any case after the longer one. */
const idleMs = 7 * day;
const longestMs = 30 * day;

export const sessionEnd = (createdAt: Date, now: number): Date =>
  new Date(Math.min(now + idleMs, createdAt.getTime() + longestMs));

/** Signs a browser in with a key or a one-time link. The key has to be one that may read. */
export async function openSession(
  body: SignInBody,
  deps: { db: Db; clock: Clock; keySecret: string; checkKey: (text: string) => Promise<Access> },
): Promise<{ access: Access; ticket: string; expiresAt: Date }> {
  const { db, clock, keySecret, checkKey } = deps;
  const now = new Date(clock.now());

  const byLink = async (text: string): Promise<Access> => {
    const key = await redeemSignInLink(db, { text, keySecret, now });
    if (key !== null && holds(key, now.getTime())) return accessOf(key);
    throw new TelltaleError('unauthenticated', 'the link was used already or is over; sign in with a key');
  };

  const access = await ('key' in body ? checkKey(body.key.trim()) : byLink(body.link.trim()));
  demandScope(access, ['read', 'admin']);
  const expiresAt = sessionEnd(now, now.getTime());
  const { teamId, keyId } = access;
  const ticket = await startSession(db, { teamId, keyId, expiresAt, keySecret, actor: actorOf(access), now });
  return { access, ticket, expiresAt };
}
