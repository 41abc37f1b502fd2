import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import { repairBody, repairJob, type RepairJob } from '@telltale/contracts/http/repair';
import type { JobPayload } from '@telltale/contracts/jobs';
import { findRepair, requestRepair, type Db, type RepairRow } from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

export type RepairDeps = {
  db: Db;
  /** Wakes an aggregator for it. May fail: aggregators look for what is open by themselves. */
  wakeRepair: (payload: JobPayload<'repair'>) => Promise<void>;
};

const toJob = (row: RepairRow): RepairJob => ({
  id: row.repair_id,
  team_id: row.team_id,
  state: row.state ?? 'waiting',
  from: row.from_at.toISOString(),
  to: row.to_at.toISOString(),
  repaired_to: row.repaired_to?.toISOString() ?? null,
  differing: row.differing ?? 0,
  error: row.error,
  requested_at: row.requested_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
});

/** Making a team's rollups anew from its records, as a job of the aggregator that can be followed. */
export function repairRoutes(app: ZodApp, { db, wakeRepair }: RepairDeps): void {
  const find = async (teamId: string, id: string): Promise<RepairJob> => {
    const row = await findRepair(db, teamId, id);
    if (row === undefined) throw new TelltaleError('not_found', 'there is no such repair');
    return toJob(row);
  };

  app.post(
    '/api/v1/repair',
    {
      config: allowForKnownTeam('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: repairBody,
        ...documented('Admin', 'Make rollups anew from records', { 202: repairJob }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { from, to } = request.body;
      const wish = { teamId, from: new Date(from), to: new Date(to), actor: actorOf(access) };
      const id = await requestRepair(db, wish);
      await wakeRepair({ team_id: teamId, repair_id: id }).catch((error: unknown) => {
        request.log.warn({ err: error }, 'no aggregator could be woken; the next one that looks will find it');
      });
      return reply.code(202).send(await find(teamId, id));
    },
  );

  app.get(
    '/api/v1/repair/:repair_id',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ repair_id: z.uuid() }),
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'How far a repair is', { 200: repairJob }),
      },
    },
    (request) => find(chooseTeam(callerOf(request), request.query.team_id), request.params.repair_id),
  );
}
