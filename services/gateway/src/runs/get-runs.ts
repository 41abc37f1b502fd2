import { instant } from '@telltale/contracts/http/query';
import { runsAnswer, runsQuery } from '@telltale/contracts/http/runs';
import { listRuns } from '@telltale/store/read';
import { z } from 'zod';
import { cursorsOf } from '../http/cursor.ts';
import { allow, documented } from '../http/operation.ts';
import { boundsOf } from '../http/period.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

const cursors = cursorsOf('runs', z.tuple([instant, z.string()]));

export async function answerRuns({ db, clock }: ReadDeps, team: string, query: z.output<typeof runsQuery>) {
  const { run_id: runId, agent_id: agentId, session_id: sessionId, task_id: taskId, status, limit, offset } = query;
  const place = cursors.read(team, query);
  const after = place === null ? null : { startedAt: place[0], runId: place[1] };
  const bounds = boundsOf(query, clock.now());
  const page = { teamId: team, runId, agentId, sessionId, taskId, status, ...bounds, after, limit, offset };
  const { runs, more } = await listRuns(db, page, clock.now());
  const last = runs.at(-1);
  const end: [string, string] | null = more && last !== undefined ? [last.started_at, last.run_id] : null;
  return { runs, limit, offset, ...cursors.write(team, query, end) };
}

/** Runs that started in the period. */
export function getRuns(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/runs',
    {
      config: allow('read'),
      schema: { querystring: runsQuery, ...documented('Runs', 'Runs, newest first', { 200: runsAnswer }) },
    },
    ({ team, query }) => answerRuns(deps, team, query),
  );
}
