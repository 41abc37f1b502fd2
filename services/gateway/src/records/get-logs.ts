import { logsAnswer, logsQuery, storedLogEntry } from '@telltale/contracts/http/records';
import { listLogs } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

const rows = z.array(storedLogEntry);

export function getLogs(app: ZodApp, deps: RecordDeps): void {
  const list = recordList('logs', deps);
  app.get(
    '/api/v1/logs',
    {
      config: allow('read'),
      schema: { querystring: logsQuery, ...documented('Runs', 'Log lines one by one', { 200: logsAnswer }) },
    },
    async ({ team, query }) => {
      const { level, min_level: minLevel, source, q } = query;
      const found = await listLogs(deps.db, { ...(await list.page(team, query)), level, minLevel, source, q });
      return { logs: rows.parse(found.records), ...list.rest(team, query, found) };
    },
  );
}
