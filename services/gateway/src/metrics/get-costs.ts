import { costsAnswer, costsQuery, type CostGroup } from '@telltale/contracts/http/metrics-detail';
import { readCosts, readModelSums, type MetricsQuestion } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { bookOf } from '../prices/book-of.ts';
import { costByClass } from './cost-by-class.ts';
import { metricsQuestion } from './metrics-question.ts';

const shortMs = 8 * 86_400_000;

/**
 * What has no session, task or run is found by that or by its time, whichever is less: of a longer period who plans for all of
 * them cannot know.
 */
const hasOnePlan = (groupBy: CostGroup, { span: { from, to } }: Pick<MetricsQuestion, 'span'>): boolean =>
  !['session', 'task', 'run'].includes(groupBy) || from === null || to - from <= shortMs;

export async function answerCosts(deps: ReadDeps, team: string, query: z.output<typeof costsQuery>) {
  const { group_by: groupBy, time_zone: timeZone } = query;
  const question = await metricsQuestion(deps, team, query);
  return readCosts(hasOnePlan(groupBy, question) ? deps.planned : deps.db, { ...question, groupBy, timeZone });
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
