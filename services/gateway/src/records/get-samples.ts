import { samplesAnswer, samplesQuery, storedProcessSample } from '@telltale/contracts/http/records';
import { listSamples } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

const rows = z.array(storedProcessSample);

export function getSamples(app: ZodApp, deps: RecordDeps): void {
  const list = recordList('samples', deps);
  app.get(
    '/api/v1/samples',
    {
      config: allow('read'),
      schema: {
        querystring: samplesQuery,
        ...documented('Runs', 'Process samples one by one', { 200: samplesAnswer }),
      },
    },
    async ({ team, query }) => {
      const found = await listSamples(deps.db, await list.page(team, query));
      return { samples: rows.parse(found.records), ...list.rest(team, query, found) };
    },
  );
}
