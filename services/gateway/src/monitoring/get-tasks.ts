import { TelltaleError } from '@telltale/contracts/errors';
import { instant } from '@telltale/contracts/http/query';
import { tasksAnswer, tasksQuery } from '@telltale/contracts/http/tasks';
import { listTasks } from '@telltale/store/read';
import { z } from 'zod';
import { cursorsOf } from '../http/cursor.ts';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

const cursors = cursorsOf('tasks', z.tuple([instant, z.string()]));
const dayMs = 86_400_000;

/** Both ends are inclusive: the bound after a day is the next day, after an instant the next millisecond. */
function startBounds(from: string | undefined, to: string | undefined) {
  const after = (value: string): number => Date.parse(value) + (value.length === 10 ? dayMs : 1);
  if (from !== undefined && to !== undefined && Date.parse(from) >= after(to)) {
    const detail = 'is after start_date_to';
    throw new TelltaleError('invalid_request', `start_date_from: ${detail}`, {
      errors: [{ parameter: 'start_date_from', code: 'invalid_value', detail }],
    });
  }
  return {
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(after(to)).toISOString(),
  };
}

export function getTasks(app: ZodApp, { db }: Pick<ReadDeps, 'db'>): void {
  app.get(
    '/api/v1/monitoring/tasks',
    {
      config: allow('read'),
      schema: { querystring: tasksQuery, ...documented('Monitoring', 'Tasks by their start', { 200: tasksAnswer }) },
    },
    async ({ team, query }) => {
      const { crew_id: crewId, agent_id: agentId, session_id: sessionId, status, limit, offset, sort } = query;
      const place = cursors.read(team, query);
      const after = place === null ? null : { startTime: place[0], taskId: place[1] };
      const bounds = startBounds(query.start_date_from, query.start_date_to);
      const filter = { teamId: team, crewId, agentId, sessionId, status, ...bounds };
      const page = { ...filter, newestFirst: sort === '-start_time', after, limit, offset };
      const { tasks, total, more } = await listTasks(db, page);
      const last = tasks.at(-1);
      const end: [string, string] | null = more && last !== undefined ? [last.start_time, last.task_id] : null;
      return { tasks, total, limit, offset, ...cursors.write(team, query, end) };
    },
  );
}
