import { signedIn, signInBody, type SignedIn } from '@telltale/contracts/http/sign-in';
import { teamQuery } from '@telltale/contracts/http/query';
import type { Clock } from '@telltale/runtime/clock';
import { endSession, endSessionsOfKey, listTeams, renewSession, type Db } from '@telltale/store/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import type { Credentials } from '../auth/credentials.ts';
import type { SessionCookie } from '../auth/session-cookie.ts';
import type { SessionRing } from '../auth/session-ring.ts';
import { openSession, sessionEnd } from '../auth/open-session.ts';
import type { Access } from '../auth/access.ts';
import { allow, open } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

export type SessionDeps = {
  db: Db;
  clock: Clock;
  keySecret: string;
  version: string;
  checkKey: (text: string) => Promise<Access>;
  credentials: Credentials;
  cookie: SessionCookie;
  sessions: SessionRing;
};

/** A session gets a new secret when the page asks after this time, in ms. */
const rotateAfterMs = 3_600_000;
const anybody = allow('read', 'ingest', 'runner', 'admin');
const hide = { schema: { hide: true } } as const;

/** Signing in and out of the page. Not part of the API: a program shows its key with each request, and has no session. */
export function sessionRoutes(app: ZodApp, deps: SessionDeps): void {
  const { db, clock, keySecret, version, credentials, cookie, sessions } = deps;

  const describe = async (access: Access, expiresAt: Date | null): Promise<SignedIn> => ({
    team_id: access.teamId,
    teams: await listTeams(db, { teamId: access.teamId }),
    scopes: [...access.scopes],
    principal: access.principal,
    expires_at: expiresAt?.toISOString() ?? null,
    version,
  });

  const hand = (request: FastifyRequest, reply: FastifyReply, ticket: string, expiresAt: Date): void => {
    const header = cookie.write(ticket, expiresAt, clock.now(), credentials.isSecure(request));
    void reply.header('set-cookie', header);
  };

  app.post(
    '/page/session',
    { config: open, schema: { body: signInBody, hide: true, response: { 201: signedIn } } },
    async (request, reply) => {
      credentials.demandOwnPage(request);
      const { access, ticket, expiresAt } = await openSession(request.body, deps);
      hand(request, reply, ticket, expiresAt);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await describe(access, expiresAt));
    },
  );

  app.get(
    '/page/session',
    { config: anybody, schema: { hide: true, response: { 200: signedIn } } },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      if (request.headers.authorization !== undefined) return describe(callerOf(request), null);
      const { access, session } = await credentials.signed(request);
      return describe(access, session.expiresAt);
    },
  );

  app.post('/page/session/renew', { config: anybody, ...hide }, async (request, reply) => {
    if (request.headers.authorization !== undefined) return reply.code(204).send();
    const { session } = await credentials.signed(request);
    const now = clock.now();
    if (now - session.rotatedAt.getTime() < rotateAfterMs) return reply.code(204).send();
    const expiresAt = sessionEnd(session.createdAt, now);
    const ticket = await renewSession(db, session, { expiresAt, keySecret, now: new Date(now) });
    sessions.forget(session);
    if (ticket !== null) hand(request, reply, ticket, expiresAt);
    return reply.code(204).send();
  });

  app.delete(
    '/page/session',
    {
      config: anybody,
      schema: { querystring: z.strictObject({ ...teamQuery, everywhere: z.literal('true').optional() }), hide: true },
    },
    async (request, reply) => {
      if (request.headers.authorization !== undefined) return reply.code(204).send();
      const { session, access } = await credentials.signed(request);
      const actor = actorOf(access);
      await (request.query.everywhere === 'true'
        ? endSessionsOfKey(db, { teamId: session.teamId, keyId: access.keyId, actor })
        : endSession(db, { ...session, actor }));
      sessions.forget(session);
      return reply
        .code(204)
        .header('set-cookie', cookie.clear(credentials.isSecure(request)))
        .send();
    },
  );
}
