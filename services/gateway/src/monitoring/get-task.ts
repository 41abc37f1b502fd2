import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import { taskDetail } from '@telltale/contracts/http/tasks';
import { name } from '@telltale/contracts/text';
import { readTask } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export function getTask(app: ZodApp, { db, clock }: ReadDeps): void {
  app.get(
    '/api/v1/monitoring/tasks/:task_id',
    {
      config: allow('read'),
      schema: {
        params: z.object({ task_id: name }),
        querystring: z.strictObject(teamQuery),
        ...documented('Monitoring', 'One task', { 200: taskDetail }),
      },
    },
    async ({ team, params }) => {
      const task = await readTask(db, { teamId: team, taskId: params.task_id }, clock.now());
      if (task === null) throw new TelltaleError('not_found', 'Task not found');
      return task;
    },
  );
}
