import { errorsAnswer, errorsQuery } from '@telltale/contracts/http/metrics-detail';
import { listErrors, readErrorCounts } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { callQuestion, metricsQuestion } from './metrics-question.ts';

const note =
  'Counted are all calls that did not end well, calls to models that were aborted among them (so does llm_errors everywhere); ' +
  'listed are those that failed, a call that several told of once.';

export async function answerErrors(deps: ReadDeps, team: string, query: z.output<typeof errorsQuery>) {
  const question = await metricsQuestion(deps, team, query);
  const { asked, period } = await callQuestion(deps, team, query);
  const [recent_errors, counts] = await Promise.all([listErrors(deps.db, asked), readErrorCounts(deps.db, question)]);
  return { ...period, recent_errors, ...counts };
}

export function getErrors(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/errors',
    {
      config: allow('read'),
      schema: {
        querystring: errorsQuery,
        ...documented('Metrics', 'Failed calls, newest first', { 200: errorsAnswer }, { note }),
      },
    },
    ({ team, query }) => answerErrors(deps, team, query),
  );
}
