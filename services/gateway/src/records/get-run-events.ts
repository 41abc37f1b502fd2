import { runEventsAnswer, runEventsQuery, storedRunEvent } from '@telltale/contracts/http/records';
import { listRunEvents } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

const rows = z.array(storedRunEvent);

/** The steps of runs: their starts and ends, limits that were near or reached, and what was done about them. */
export function getRunEvents(app: ZodApp, deps: RecordDeps): void {
  const list = recordList('run-events', deps);
  app.get(
    '/api/v1/run-events',
    {
      config: allow('read'),
      schema: {
        querystring: runEventsQuery,
        ...documented('Runs', 'Steps in the life of runs one by one', { 200: runEventsAnswer }),
      },
    },
    async ({ team, query }) => {
      const found = await listRunEvents(deps.db, list.page(team, query));
      return { run_events: rows.parse(found.records), ...list.rest(team, query, found) };
    },
  );
}
