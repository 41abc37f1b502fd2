import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TelltaleError } from '@telltale/contracts/errors';
import { chooseTeam, defaultTeam, demandScope, everyTeam, type Access, type AccessRule } from '../auth/access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call. A route without it does not start. */
    access?: AccessRule;
    /** What is set for a team that nothing is known of would hold for nobody: such a team is refused. */
    knownTeam?: boolean;
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

/** Whether a team was made or something was stored for it. */
export type IsKnownTeam = (team: string) => Promise<boolean>;

const asked = (query: unknown, name: string): string | undefined => {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};
const askedTeam = (query: unknown): string | undefined => asked(query, 'team_id');

/** Every other key is a team's own; the default one is the instance's. A price for every team is for no single one. */
async function demandKnownTeam({ access, query, team }: FastifyRequest, isKnown: IsKnownTeam): Promise<void> {
  if (access?.teamId !== everyTeam || team === defaultTeam || asked(query, 'instance') === 'true') return;
  if (await isKnown(team)) return;
  const detail = `nothing is known of a team called ${team}: nobody made it and nothing was stored for it; a key, settings or a runner make it`;
  throw new TelltaleError('not_found', detail, { errors: [{ parameter: 'team_id', code: 'not_found', detail }] });
}

/** Gives every request, also those of plug-ins, its fields; before anything else is registered. */
export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('access', null);
  app.decorateRequest('team', '');
}

/**
 * Deny by default: a route that declares no access rule makes the start fail. The caller is known before the body is
 * read; the team is chosen after the query was validated and before the handler runs.
 */
export function guardRoutes(app: FastifyInstance, identify: Identify, isKnownTeam: IsKnownTeam): DeclaredRoute[] {
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
    if (request.access === null) return;
    request.team = askedTeamOf(request, request.access);
    if (request.routeOptions.config.knownTeam === true) await demandKnownTeam(request, isKnownTeam);
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
