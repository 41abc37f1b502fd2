import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { TelltaleError } from '@telltale/contracts/errors';
import type { FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { bearerToken } from './bearer-token.ts';
import { demandOwnPage } from './own-page.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { SessionRing, Signed } from './session-ring.ts';

/**
 * Who sends a request or holds a socket: a program by its key, a browser by the cookie of its session. A key wins, so
 * that a program on a signed-in machine is what it says it is.
 */
export function createCredentials(options: {
  checkKey: (text: string) => Promise<Access>;
  sessions: SessionRing;
  cookie: SessionCookie;
  publicUrl: string | undefined;
}) {
  const { checkKey, sessions, cookie, publicUrl } = options;
  /**
   * A session as live sockets remember it is this and its name, without the secret, which changes while they are open.
   * Nobody outside can guess it, so no client can hand in a name as if it had been checked.
   */
  const sessionMark = `session-${randomUUID()}:`;
  const publicOrigin = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
  const publicIsSecure = publicUrl?.startsWith('https:') ?? false;

  /** Whether the browser speaks TLS, to us or to what stands in front. */
  const isSecure = (request: FastifyRequest): boolean => publicIsSecure || request.protocol === 'https';

  const signed = async (request: FastifyRequest): Promise<Signed> => {
    const text = cookie.read(request.headers.cookie, isSecure(request));
    if (text === null) {
      throw new TelltaleError('unauthenticated', 'send a key as the header Authorization: Bearer <key>, or sign in');
    }
    demandOwnPage(request, publicOrigin);
    return sessions.check(text);
  };

  return {
    isSecure,
    signed,
    /** Throws when a foreign page made a browser send this. */
    demandOwnPage: (request: FastifyRequest): void => demandOwnPage(request, publicOrigin),
    async identify(request: FastifyRequest): Promise<Access> {
      const { authorization } = request.headers;
      return authorization === undefined ? (await signed(request)).access : checkKey(bearerToken(authorization));
    },
    /** Of a live socket: its key, or what `ofHandshake` answered. */
    async authenticate(text: string): Promise<Access> {
      if (!text.startsWith(sessionMark)) return checkKey(text);
      const [teamId = '', sessionId = ''] = text.slice(sessionMark.length).split('~');
      return sessions.again({ teamId, sessionId });
    },
    /** A browser always says which page opens a socket; without that a cookie counts for nothing. */
    async ofHandshake(headers: IncomingHttpHeaders): Promise<string | null> {
      const text = headers.origin === undefined ? null : cookie.read(headers.cookie, publicIsSecure);
      if (text === null) return null;
      const { session } = await sessions.check(text);
      return `${sessionMark}${session.teamId}~${session.sessionId}`;
    },
  };
}
export type Credentials = ReturnType<typeof createCredentials>;
