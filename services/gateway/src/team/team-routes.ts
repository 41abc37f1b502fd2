import { teamQuery } from '@telltale/contracts/http/query';
import { setTeamBody, teamSettings } from '@telltale/contracts/http/team';
import { readTeam, setTeam, type Db } from '@telltale/store/config';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

/** What a team has set about itself: which labels its totals can be filtered by. */
export function teamRoutes(app: ZodApp, { db }: { db: Db }): void {
  app.get(
    '/api/v1/team',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'The settings of a team', { 200: teamSettings }),
      },
    },
    async ({ team }) => readTeam(db, team),
  );

  app.put(
    '/api/v1/team',
    {
      config: allow('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: setTeamBody,
        ...documented('Admin', 'Set which labels totals can be filtered by', { 200: teamSettings }),
      },
    },
    async (request) => {
      const { label_names: labelNames } = request.body;
      return setTeam(db, { teamId: request.team, labelNames, actor: actorOf(callerOf(request)) });
    },
  );
}
