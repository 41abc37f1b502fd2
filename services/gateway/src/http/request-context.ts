import type { FastifyInstance, FastifyRequest } from 'fastify';
import { chooseTeam, demandScope, type Access, type AccessRule } from '../auth/access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call. A route without it does not start. */
    access?: AccessRule;
  }
  interface FastifyRequest {
    /** null on open routes. */
    access: Access | null;
    /** The team the request is about; empty on open routes. */
    team: string;
  }
}

/** One route as it was declared; tests walk the list so that no route escapes them. */
export type DeclaredRoute = { method: string; url: string; access: AccessRule };

export type CheckKey = (key: string) => Promise<Access>;
/** Who sends a request; throws `unauthenticated`, or `forbidden` when a foreign page made a browser send it. */
export type Identify = (request: FastifyRequest) => Promise<Access>;

const askedTeam = (query: unknown): string | undefined => {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'team_id') : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** Gives every request, also those of plug-ins, its fields; before anything else is registered. */
export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('access', null);
  app.decorateRequest('team', '');
}

/**
 * Deny by default: a route that declares no access rule makes the start fail. The caller is known before the body is
 * read; the team is chosen after the query was validated and before the handler runs.
 */
export function guardRoutes(app: FastifyInstance, identify: Identify): DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} declares no access rule`);
    for (const one of [method].flat()) routes.push({ method: one, url, access: config.access });
  });

  app.addHook('onRequest', async (request) => {
    const rule = request.routeOptions.config.access;
    if (rule === 'open' || request.is404) return;
    if (rule === undefined) throw new Error('the route declares no access rule');
    request.access = await identify(request);
    demandScope(request.access, rule);
  });

  app.addHook('preHandler', async (request) => {
    if (request.access !== null) request.team = askedTeamOf(request, request.access);
  });
  return routes;
}

const askedTeamOf = (request: FastifyRequest, access: Access): string => chooseTeam(access, askedTeam(request.query));

/** The team of a request whose body was not read yet; refuses as the handler's own would be. */
export const teamBeforeBody = (request: FastifyRequest): string => askedTeamOf(request, callerOf(request));

/** The caller of a route that needs a key. */
export function callerOf(request: FastifyRequest): Access {
  if (request.access === null) throw new Error('the route is open: it has no caller');
  return request.access;
}
