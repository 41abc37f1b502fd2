import { TelltaleError } from '@telltale/contracts/errors';
import { callStats, statsQuery, toolsAnswer, toolsQuery } from '@telltale/contracts/http/metrics-detail';
import { name } from '@telltale/contracts/text';
import { readToolStats } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { narrowedBy } from './narrowed-by.ts';
import { refuseCursor } from './refuse-cursor.ts';

const note =
  `${narrowedBy('tool', ['tool'])} Of a session, a task or a run percentiles and last_error are null: they are kept of agents ` +
  'and all that is larger. /api/v1/calls?kind=tool_call has the few calls of those one by one.';

export async function answerTools(deps: ReadDeps, team: string, query: z.output<typeof toolsQuery>) {
  refuseCursor(query.cursor);
  const { limit, offset } = query;
  const question = { ...(await metricsQuestion(deps, team, query)), limit, offset };
  const { rows, ...rest } = await readToolStats(deps.planned, question);
  return { ...rest, tools: rows, limit, offset };
}

export async function answerTool(deps: ReadDeps, team: string, tool: string, query: z.output<typeof statsQuery>) {
  const question = await metricsQuestion(deps, team, query);
  const filter = { ...question.filter, tool };
  const { rows } = await readToolStats(deps.planned, { ...question, filter });
  const [found] = rows;
  if (found === undefined) throw new TelltaleError('not_found', 'no call of such a tool in this period');
  return found;
}

export function getTools(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/tools',
    {
      config: allow('read'),
      schema: {
        querystring: toolsQuery,
        ...documented('Metrics', 'Tools, most used first', { 200: toolsAnswer }, { note }),
      },
    },
    ({ team, query }) => answerTools(deps, team, query),
  );
  app.get(
    '/api/v1/metrics/tools/:name',
    {
      config: allow('read'),
      schema: {
        params: z.object({ name }),
        querystring: statsQuery,
        ...documented('Metrics', 'One tool', { 200: callStats }, { note }),
      },
    },
    ({ team, params, query }) => answerTool(deps, team, params.name, query),
  );
}
