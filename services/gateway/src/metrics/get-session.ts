import { TelltaleError } from '@telltale/contracts/errors';
import { sessionRow } from '@telltale/contracts/http/metrics';
import { teamQuery } from '@telltale/contracts/http/query';
import { name } from '@telltale/contracts/text';
import { readSession } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export async function answerSession({ db }: Pick<ReadDeps, 'db'>, team: string, sessionId: string) {
  const session = await readSession(db, { teamId: team, sessionId });
  if (session === null) throw new TelltaleError('not_found', 'there is no such session');
  return session;
}

export function getSession(app: ZodApp, deps: Pick<ReadDeps, 'db'>): void {
  app.get(
    '/api/v1/metrics/sessions/:session_id',
    {
      config: allow('read'),
      schema: {
        params: z.object({ session_id: name }),
        querystring: z.strictObject(teamQuery),
        ...documented('Metrics', 'One session since its start', { 200: sessionRow }),
      },
    },
    ({ team, params }) => answerSession(deps, team, params.session_id),
  );
}
