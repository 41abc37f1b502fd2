import { slowAnswer, slowQuery } from '@telltale/contracts/http/metrics-detail';
import { listSlow } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { callQuestion } from './metrics-question.ts';

export async function answerSlow(deps: ReadDeps, team: string, query: z.output<typeof slowQuery>) {
  const question = { ...(await callQuestion(deps, team, query)), thresholdMs: query.threshold_ms };
  return { slow_operations: await listSlow(deps.db, question) };
}

export function getSlow(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/slow',
    {
      config: allow('read'),
      schema: { querystring: slowQuery, ...documented('Metrics', 'Slow calls, slowest first', { 200: slowAnswer }) },
    },
    ({ team, query }) => answerSlow(deps, team, query),
  );
}
