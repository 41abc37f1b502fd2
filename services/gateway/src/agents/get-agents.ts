import { agentsAnswer, agentsQuery } from '@telltale/contracts/http/agents';
import { instant } from '@telltale/contracts/http/query';
import { listAgents } from '@telltale/store/read';
import { z } from 'zod';
import { cursorsOf } from '../http/cursor.ts';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

const cursors = cursorsOf('agents', z.tuple([instant, z.string()]));

export function getAgents(app: ZodApp, { db, clock }: ReadDeps): void {
  app.get(
    '/api/v1/agents',
    {
      config: allow('read'),
      schema: {
        querystring: agentsQuery,
        ...documented('Agents', 'Agents, heard of last first', { 200: agentsAnswer }),
      },
    },
    async ({ team, query }) => {
      const { lifecycle, host, crew_id: crewId, parent_agent_id: parentAgentId, q, limit, offset } = query;
      const withoutSubAgents = query.sub_agents === 'false';
      const place = cursors.read(team, query);
      const after = place === null ? null : { lastUpdated: place[0], agentId: place[1] };
      const only = { lifecycle, host, crewId, parentAgentId, withoutSubAgents, q };
      const page = { teamId: team, ...only, after, limit, offset };
      const { agents, more } = await listAgents(db, page, clock.now());
      const last = agents.at(-1);
      const end: [string, string] | null = more && last !== undefined ? [last.last_updated, last.agent_id] : null;
      return { agents, limit, offset, ...cursors.write(team, query, end) };
    },
  );
}
