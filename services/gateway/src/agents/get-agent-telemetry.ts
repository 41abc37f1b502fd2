import { TelltaleError } from '@telltale/contracts/errors';
import { agentTelemetry, agentTelemetryQuery } from '@telltale/contracts/http/agent-telemetry';
import { name } from '@telltale/contracts/text';
import { readAgentTelemetry } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export function getAgentTelemetry(app: ZodApp, { db }: Pick<ReadDeps, 'db'>): void {
  app.get(
    '/api/v1/agents/:agent_id/telemetry',
    {
      config: allow('read'),
      schema: {
        params: z.object({ agent_id: name }),
        querystring: agentTelemetryQuery,
        ...documented('Agents', 'What an agent is doing', { 200: agentTelemetry }),
      },
    },
    async ({ team, params, query }) => {
      const found = await readAgentTelemetry(db, { teamId: team, agentId: params.agent_id, logs: query.logs });
      if (found === null) throw new TelltaleError('not_found', 'nothing was heard of such an agent');
      return found;
    },
  );
}
