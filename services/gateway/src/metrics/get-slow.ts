import { slowAnswer, slowQuery } from '@telltale/contracts/http/metrics-detail';
import { listSlow } from '@telltale/store/read';
import type { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { callQuestion } from './metrics-question.ts';

export async function answerSlow(deps: ReadDeps, team: string, query: z.output<typeof slowQuery>) {
  const { asked, period } = await callQuestion(deps, team, query);
  return { ...period, slow_operations: await listSlow(deps.db, { ...asked, thresholdMs: query.threshold_ms }) };
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
