import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import { runRow } from '@telltale/contracts/http/runs';
import { name } from '@telltale/contracts/text';
import { readRun } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export async function answerRun({ db, clock }: ReadDeps, team: string, runId: string) {
  const run = await readRun(db, { teamId: team, runId }, clock.now());
  if (run === null) throw new TelltaleError('not_found', 'there is no such run');
  return run;
}

export function getRun(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/runs/:run_id',
    {
      config: allow('read'),
      schema: {
        params: z.object({ run_id: name }),
        querystring: z.strictObject(teamQuery),
        ...documented('Runs', 'One run', { 200: runRow }),
      },
    },
    ({ team, params }) => answerRun(deps, team, params.run_id),
  );
}
