import { deepHealth, type DeepHealth } from '@telltale/contracts/http/health';
import { teamQuery } from '@telltale/contracts/http/query';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

/** One real look at everything that the instance stands on, and at what stands around its runs. */
export function getDeepHealth(
  app: ZodApp,
  { readDeepHealth }: { readDeepHealth: (teamId: string) => Promise<DeepHealth> },
): void {
  app.get(
    '/api/v1/health/deep',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        ...documented('Health', 'Ask everything that is needed how it is', { 200: deepHealth }),
      },
    },
    async ({ team }) => readDeepHealth(team),
  );
}
