import { TelltaleError } from '@telltale/contracts/errors';
import { sessionRow } from '@telltale/contracts/http/metrics';
import { periodQuery, teamQuery } from '@telltale/contracts/http/query';
import { name } from '@telltale/contracts/text';
import { readSession } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import { spanOf, type PeriodQuery } from '../http/period.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';

export async function answerSession(
  { db, clock }: Pick<ReadDeps, 'db' | 'clock'>,
  team: string,
  sessionId: string,
  period: PeriodQuery = { period: 'all' },
) {
  const now = clock.now();
  const session = await readSession(db, { teamId: team, sessionId, span: spanOf(period, now), now });
  if (session === null) throw new TelltaleError('not_found', 'there is no such session');
  return session;
}

export function getSession(app: ZodApp, deps: Pick<ReadDeps, 'db' | 'clock'>): void {
  app.get(
    '/api/v1/metrics/sessions/:session_id',
    {
      config: allow('read'),
      schema: {
        params: z.object({ session_id: name }),
        querystring: z.strictObject({ ...teamQuery, ...periodQuery }),
        ...documented('Metrics', 'One session, its totals since its start or of a period', { 200: sessionRow }),
      },
    },
    ({ team, params, query }) => answerSession(deps, team, params.session_id, query),
  );
}
