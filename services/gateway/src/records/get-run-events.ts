import {
  runEventsAnswer,
  runEventsQuery,
  storedRunEvent,
  type RunEventsAnswer,
} from '@telltale/contracts/http/records';
import { listRunEvents } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

const rows = z.array(storedRunEvent);

export async function answerRunEvents(
  deps: RecordDeps,
  team: string,
  query: z.output<typeof runEventsQuery>,
): Promise<RunEventsAnswer> {
  const list = recordList('run-events', deps);
  const found = await listRunEvents(deps.db, await list.page(team, query));
  return { run_events: rows.parse(found.records), ...list.rest(team, query, found) };
}

/** The steps of runs: their starts and ends, limits that were near or reached, and what was done about them. */
export function getRunEvents(app: ZodApp, deps: RecordDeps): void {
  app.get(
    '/api/v1/run-events',
    {
      config: allow('read'),
      schema: {
        querystring: runEventsQuery,
        ...documented('Runs', 'Steps in the life of runs one by one', { 200: runEventsAnswer }),
      },
    },
    ({ team, query }) => answerRunEvents(deps, team, query),
  );
}
