import { costsAnswer, costsQuery } from '@telltale/contracts/http/metrics-detail';
import { readCosts, readModelSums } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { bookOf } from '../prices/book-of.ts';
import { costByClass } from './cost-by-class.ts';
import { metricsQuestion } from './metrics-question.ts';

export async function answerCosts(deps: ReadDeps, team: string, query: z.output<typeof costsQuery>) {
  const { group_by: groupBy, time_zone: timeZone } = query;
  const question = await metricsQuestion(deps, team, query);
  return readCosts(deps.planned, { ...question, groupBy, timeZone });
}

export function getCosts(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/costs',
    {
      config: allow('read'),
      schema: {
        querystring: costsQuery,
        ...documented(
          'Metrics',
          'What calls cost, by one thing; a model is the one that was asked for, its price that of the one billed',
          { 200: costsAnswer },
        ),
      },
    },
    async ({ team, query }) => {
      const answer = await answerCosts(deps, team, query);
      if (query.by_class === 'false') return answer;
      const models = await readModelSums(deps.db, await metricsQuestion(deps, team, query));
      return { ...answer, cost_by_class: costByClass(models, await bookOf(deps.db, team), deps.clock.now()) };
    },
  );
}
