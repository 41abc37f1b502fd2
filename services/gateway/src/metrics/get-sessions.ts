import { sessionsAnswer, sessionsQuery } from '@telltale/contracts/http/metrics';
import { instant } from '@telltale/contracts/http/query';
import { listSessions, periodOf } from '@telltale/store/read';
import { z } from 'zod';
import { cursorsOf } from '../http/cursor.ts';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';

const cursors = cursorsOf('sessions', z.tuple([instant, z.string()]));

const note =
  'The totals of a row are those of the period and of the filters, as elsewhere: with project= what the session did for that ' +
  'project, with model= its calls to that model (tools have none). Who took part, started_at, last_activity and duration_ms ' +
  'are the whole session’s.';

/** Sessions with something in the period; their totals are those of the period and the filters. */
export function getSessions(app: ZodApp, deps: ReadDeps): void {
  app.get(
    '/api/v1/metrics/sessions',
    {
      config: allow('read'),
      schema: {
        querystring: sessionsQuery,
        ...documented('Metrics', 'Sessions, last active first', { 200: sessionsAnswer }, { note }),
      },
    },
    async ({ team, query }) => {
      const { limit, offset } = query;
      const place = cursors.read(team, query);
      const after = place === null ? null : { lastActivity: place[0], sessionId: place[1] };
      const page = { ...(await metricsQuestion(deps, team, query)), after, limit, offset };
      const { sessions, more } = await listSessions(deps.db, page);
      const last = sessions.at(-1);
      const end: [string, string] | null = more && last !== undefined ? [last.last_activity, last.session_id] : null;
      return { ...periodOf(page).period, sessions, limit, offset, ...cursors.write(team, query, end) };
    },
  );
}
