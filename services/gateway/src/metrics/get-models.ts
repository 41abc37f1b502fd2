import { modelsAnswer, modelsQuery } from '@telltale/contracts/http/metrics-detail';
import { readModels } from '@telltale/store/read';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { narrowedBy } from './narrowed-by.ts';

const note =
  'Tokens per second are all tokens of the model over the time that its calls said they took: where some said nothing of it, ' +
  `they are too many. ${narrowedBy('llm', ['model'], { bins: true })}`;

export function getModels(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/llm',
    {
      config: allow('read'),
      schema: {
        querystring: modelsQuery,
        ...documented(
          'Metrics',
          'Models by the name that was asked for, most used first',
          { 200: modelsAnswer },
          { note },
        ),
      },
    },
    async ({ team, query }) => readModels(deps.planned, await metricsQuestion(deps, team, query)),
  );
}
