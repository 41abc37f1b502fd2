import { teamQuery } from '@telltale/contracts/http/query';
import { limitsAnswer, limitsRow, setLimitsBody } from '@telltale/contracts/http/run-terms';
import { listRunLimits, setRunLimits, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

/** Limits of runs that do not say their own, of the team and of single agents. */
export function limitsRoutes(app: ZodApp, { db }: { db: Db }): void {
  const querystring = z.strictObject(teamQuery);
  app.get(
    '/api/v1/limits',
    {
      config: allow('read', 'admin'),
      schema: { querystring, ...documented('Admin', 'List the limits of runs', { 200: limitsAnswer }) },
    },
    async ({ team }) => ({ limits: await listRunLimits(db, team) }),
  );

  app.put(
    '/api/v1/limits',
    {
      config: allowForKnownTeam('admin'),
      schema: {
        querystring,
        body: setLimitsBody,
        ...documented('Admin', 'Set the limits of runs of the team or of an agent', { 200: limitsRow }),
      },
    },
    async (request) => {
      const { agent_id: agentId = null, limits } = request.body;
      await setRunLimits(db, { teamId: request.team, agentId, limits, actor: actorOf(callerOf(request)) });
      return { agent_id: agentId, limits };
    },
  );
}
