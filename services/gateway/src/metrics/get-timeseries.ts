import { timeseriesAnswer, timeseriesQuery } from '@telltale/contracts/http/timeseries';
import { readTimeseries } from '@telltale/store/read';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';

export function getTimeseries(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/timeseries',
    {
      config: allow('read'),
      schema: {
        querystring: timeseriesQuery,
        ...documented('Metrics', 'One total over time', { 200: timeseriesAnswer }),
      },
    },
    async ({ team, query }) => {
      const { metric, bucket, time_zone: timeZone } = query;
      return readTimeseries(deps.db, { ...(await metricsQuestion(deps, team, query)), metric, bucket, timeZone });
    },
  );
}
