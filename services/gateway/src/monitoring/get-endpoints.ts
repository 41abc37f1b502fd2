import { endpointsAnswer, endpointsQuery } from '@telltale/contracts/http/endpoints';
import { readEndpoints } from '@telltale/store/read';
import { allow, documented } from '../http/operation.ts';
import { spanOf } from '../http/period.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { trafficAgent, trafficTeam } from '../traffic/endpoint-traffic.ts';

/** Of the whole instance, like its health: no team is told apart in it. What a gateway counts is there a minute later. */
export function getEndpoints(app: ZodApp, { db, clock }: ReadDeps): void {
  app.get(
    '/api/v1/monitoring/endpoints',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: endpointsQuery,
        ...documented('Monitoring', 'Requests, errors and latencies by route', { 200: endpointsAnswer }),
      },
    },
    async ({ query }) => {
      const now = clock.now();
      return readEndpoints(db, { teamId: trafficTeam, agentId: trafficAgent, span: spanOf(query, now), now });
    },
  );
}
