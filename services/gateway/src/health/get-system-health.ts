import { systemHealth, type SystemHealth } from '@telltale/contracts/http/health';
import { teamQuery } from '@telltale/contracts/http/query';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

/** Of the whole instance; a team's key may see it too, since its answers depend on it. */
export function getSystemHealth(app: ZodApp, { readHealth }: { readHealth: () => Promise<SystemHealth> }): void {
  app.get(
    '/api/v1/monitoring/system/health',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        ...documented('Monitoring', 'How the parts are', { 200: systemHealth }),
      },
    },
    async () => readHealth(),
  );
}
