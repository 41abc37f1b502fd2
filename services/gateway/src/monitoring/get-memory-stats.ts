import { TelltaleError } from '@telltale/contracts/errors';
import { memoryStats } from '@telltale/contracts/http/memory-stats';
import { teamQuery } from '@telltale/contracts/http/query';
import { name } from '@telltale/contracts/text';
import { readMemoryStats } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export function getMemoryStats(app: ZodApp, { db }: Pick<ReadDeps, 'db'>): void {
  app.get(
    '/api/v1/monitoring/agents/:app_agent_id/memory/stats',
    {
      config: allow('read'),
      schema: {
        params: z.object({ app_agent_id: name }),
        querystring: z.strictObject(teamQuery),
        ...documented('Memory', 'What an agent did with its memory', { 200: memoryStats }),
      },
    },
    async ({ team, params }) => {
      const found = await readMemoryStats(db, { teamId: team, agentId: params.app_agent_id });
      if (found === null) throw new TelltaleError('not_found', 'Agent memory stats not found or agent unknown');
      return found;
    },
  );
}
