import { rankedAgents, rankedQuery, rankedTasks } from '@telltale/contracts/http/metrics-detail';
import { rankSums } from '@telltale/store/read';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { refuseCursor } from './refuse-cursor.ts';

/** Totals of a period by agent and by task. */
export function getRanked(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/agents',
    {
      config: allow('read'),
      schema: {
        querystring: rankedQuery,
        ...documented('Metrics', 'Agents, most expensive first', { 200: rankedAgents }),
      },
    },
    async ({ team, query }) => {
      refuseCursor(query.cursor);
      const { limit, offset } = query;
      const question = { ...(await metricsQuestion(deps, team, query)), by: 'agent_id' as const, limit, offset };
      const { ranked, ...rest } = await rankSums(deps.db, question);
      return { ...rest, agents: ranked.map(({ key, sums }) => ({ agent_id: key, ...sums })), limit, offset };
    },
  );
  app.get(
    '/api/v1/metrics/tasks',
    {
      config: allow('read'),
      schema: {
        querystring: rankedQuery,
        ...documented('Metrics', 'Tasks, most expensive first', { 200: rankedTasks }),
      },
    },
    async ({ team, query }) => {
      refuseCursor(query.cursor);
      const { limit, offset } = query;
      const question = { ...(await metricsQuestion(deps, team, query)), by: 'task_id' as const, limit, offset };
      const { ranked, ...rest } = await rankSums(deps.db, question);
      return { ...rest, tasks: ranked.map(({ key, sums }) => ({ task_id: key, ...sums })), limit, offset };
    },
  );
}
