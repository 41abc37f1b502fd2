import { teamQuery } from '@telltale/contracts/http/query';
import { setTeamBody, teamSettings } from '@telltale/contracts/http/team';
import { readTeam, requestRepair, setTeam, type Db } from '@telltale/store/config';
import type { Clock } from '@telltale/runtime/clock';
import { z } from 'zod';
import { defaultTeam } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { RepairDeps } from '../repair/repair-routes.ts';

export type TeamDeps = { db: Db; clock: Clock } & Pick<RepairDeps, 'wakeRepair'>;

/** Older rollups are made anew on request; what the hourly comparison looks at follows at once, or it would differ. */
const followsMs = 2 * 3_600_000;

const note =
  'Totals by a label that was not allowed before begin two hours ago: answers about an earlier time lack it, as if nothing had ' +
  'happened there, until POST /repair makes that time anew, as far back as records are kept.';

const same = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());

/** What a team has set about itself: which labels its totals can be filtered by, and its time zone. */
export function teamRoutes(app: ZodApp, { db, clock, wakeRepair }: TeamDeps): void {
  app.get(
    '/api/v1/team',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'The settings of a team', { 200: teamSettings }),
      },
    },
    async ({ team }) => {
      const settings = await readTeam(db, team);
      return { ...settings, known: settings.known || team === defaultTeam };
    },
  );

  app.put(
    '/api/v1/team',
    {
      config: allow('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: setTeamBody,
        ...documented(
          'Admin',
          'Set the labels totals can be filtered by, and the time zone of budgets',
          { 200: teamSettings },
          { note },
        ),
      },
    },
    async (request) => {
      const { label_names: labelNames, time_zone: timeZone } = request.body;
      const [teamId, actor] = [request.team, actorOf(callerOf(request))];
      const before = await readTeam(db, teamId);
      const settings = await setTeam(db, { teamId, labelNames, timeZone, actor });
      if (labelNames === undefined || same(before.label_names, labelNames)) return settings;
      const now = clock.now();
      const repair_id = await requestRepair(db, { teamId, from: new Date(now - followsMs), to: new Date(now), actor });
      await wakeRepair({ team_id: teamId, repair_id }).catch((error: unknown) => {
        request.log.warn({ err: error }, 'no aggregator could be woken; the next one that looks will find the repair');
      });
      return settings;
    },
  );
}
