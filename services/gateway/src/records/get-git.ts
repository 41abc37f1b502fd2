import { gitAnswer, gitQuery, storedGitActivity } from '@telltale/contracts/http/records';
import { listGit } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

const rows = z.array(storedGitActivity);

export function getGit(app: ZodApp, deps: RecordDeps): void {
  const list = recordList('git', deps);
  app.get(
    '/api/v1/git',
    {
      config: allow('read'),
      schema: { querystring: gitQuery, ...documented('Runs', 'Git activity one by one', { 200: gitAnswer }) },
    },
    async ({ team, query }) => {
      const { operation, q } = query;
      const found = await listGit(deps.db, { ...(await list.page(team, query)), operation, q });
      return { git: rows.parse(found.records), ...list.rest(team, query, found) };
    },
  );
}
