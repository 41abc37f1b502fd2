import { rankedAgents, rankedQuery, rankedTasks } from '@telltale/contracts/http/metrics-detail';
import { rankSums, type RankQuestion } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { refuseCursor } from './refuse-cursor.ts';

type Query = z.output<typeof rankedQuery>;

async function answerRanked(deps: ReadDeps, team: string, query: Query, by: RankQuestion['by']) {
  refuseCursor(query.cursor);
  const { limit, offset } = query;
  return {
    ...(await rankSums(deps.planned, { ...(await metricsQuestion(deps, team, query)), by, limit, offset })),
    limit,
    offset,
  };
}

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
      const { ranked, ...rest } = await answerRanked(deps, team, query, 'agent_id');
      return { ...rest, agents: ranked.map(({ key, sums }) => ({ agent_id: key, ...sums })) };
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
      const { ranked, ...rest } = await answerRanked(deps, team, query, 'task_id');
      return { ...rest, tasks: ranked.map(({ key, sums }) => ({ task_id: key, ...sums })) };
    },
  );
}
