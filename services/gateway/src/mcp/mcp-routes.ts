import { TelltaleError } from '@telltale/contracts/errors';
import type { MetricsScope } from '@telltale/sdk/metrics-tool/metrics-source';
import { createMetricsServer } from '@telltale/sdk/mcp/metrics-server';
import type { FastifyRequest } from 'fastify';
import { chooseTeam, demandScope, type Access } from '../auth/access.ts';
import { bearerToken } from '../auth/bearer-token.ts';
import type { BudgetDeps } from '../budgets/budget-routes.ts';
import { open } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { mcpExchange } from './mcp-exchange.ts';
import { isOwnHost, isOwnPage } from './own-host.ts';
import { postRunToken } from './post-run-token.ts';
import { readRunToken, runTokenPrefix } from './run-token.ts';
import { storeSource } from './store-source.ts';

export type McpDeps = ReadDeps &
  BudgetDeps & {
    keySecret: string;
    checkKey: (key: string) => Promise<Access>;
    /** Whether the key of that id may still be used. */
    keyHolds: (keyId: string) => Promise<boolean>;
    publicUrl: string | undefined;
    version: string;
  };

/** Largest message of a client. */
const bodyLimit = 256 * 1024;

type Caller = { team: string; scope: MetricsScope; teamTools: boolean };

const refused = (): never => {
  throw new TelltaleError('unauthenticated', 'the run token is unknown or expired, or its key was revoked');
};

/** MCP asks for both: a page elsewhere must not use what a browser on this machine can reach. */
function refuseForeign({ headers }: FastifyRequest, publicUrl: string | undefined): void {
  const header = !isOwnHost(headers.host, publicUrl) ? 'Host' : !isOwnPage(headers, publicUrl) ? 'Origin' : null;
  if (header === null) return;
  const detail = `the ${header} header names another server; where this one is known by that name, set TELLTALE_PUBLIC_URL to it`;
  throw new TelltaleError('forbidden', detail);
}

async function callerOf(request: FastifyRequest, deps: McpDeps): Promise<Caller> {
  const token = bearerToken(request.headers.authorization);
  if (token.startsWith(runTokenPrefix)) {
    const claims = readRunToken(deps.keySecret, token, deps.clock.now());
    if (claims === null || !(await deps.keyHolds(claims.key))) return refused();
    return { team: claims.team, scope: { runId: claims.run }, teamTools: false };
  }
  const access = await deps.checkKey(token);
  demandScope(access, ['read']);
  const query = request.query as { team_id?: unknown; tools?: unknown };
  const team = chooseTeam(access, typeof query.team_id === 'string' ? query.team_id : undefined);
  return { team, scope: { team: true }, teamTools: query.tools === 'team' };
}

/**
 * `/mcp`, Streamable HTTP without sessions: each request has a server of its own, so that two runs can never see each
 * other, whatever ids their messages have. A run's token is its scope; a key with `read` sees its team.
 */
export function mcpRoutes(app: ZodApp, deps: McpDeps): void {
  postRunToken(app, deps);
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    bodyLimit,
    // Its callers are judged in the handler: a run token is no key. Its contract is MCP's, not the OpenAPI document's.
    config: open,
    schema: { hide: true },
    async handler(request, reply) {
      refuseForeign(request, deps.publicUrl);
      const { team, scope, teamTools } = await callerOf(request, deps);
      const source = storeSource(deps, team);
      return mcpExchange(request, reply, () =>
        createMetricsServer({ source, scope, version: deps.version, teamTools }),
      );
    },
  });
}
