import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import { mostOfTask, taskDetail } from '@telltale/contracts/http/tasks';
import { name } from '@telltale/contracts/text';
import { readTask } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

const note =
  `Each list holds ${mostOfTask} at most: the first of each kind, of events those that change its status before all others, the newest runs. ` +
  'truncated names the lists of which there are more; /api/v1/calls, /logs and /runs with task_id= have all of theirs.';

export function getTask(app: ZodApp, { db, clock }: ReadDeps): void {
  app.get(
    '/api/v1/monitoring/tasks/:task_id',
    {
      config: allow('read'),
      schema: {
        params: z.object({ task_id: name }),
        querystring: z.strictObject(teamQuery),
        ...documented('Monitoring', 'One task', { 200: taskDetail }, { note }),
      },
    },
    async ({ team, params }) => {
      const task = await readTask(db, { teamId: team, taskId: params.task_id }, clock.now());
      if (task === null) throw new TelltaleError('not_found', 'Task not found');
      return task;
    },
  );
}
