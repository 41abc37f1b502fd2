import { summaryAnswer, summaryQuery } from '@telltale/contracts/http/metrics';
import { readSummary } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { narrowedBy } from './narrowed-by.ts';

export async function answerSummary(deps: ReadDeps, team: string, query: z.output<typeof summaryQuery>) {
  const question = await metricsQuestion(deps, team, query);
  return readSummary(deps.planned, question);
}

const note =
  'avg_cost_per_call is over the calls whose cost is known: those that a provider refused cost 0 and are among them, ' +
  'unpriced_calls are not. avg_cost_per_session and avg_tokens_per_session share out all that the period came to, calls ' +
  `without a session among it, to its sessions. ${narrowedBy('activity')}`;

export function getSummary(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/summary',
    {
      config: allow('read'),
      schema: {
        querystring: summaryQuery,
        ...documented('Metrics', 'What a period came to', { 200: summaryAnswer }, { note }),
      },
    },
    ({ team, query }) => answerSummary(deps, team, query),
  );
}
