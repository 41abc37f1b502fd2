import { TelltaleError } from '@telltale/contracts/errors';
import { repriceBody, repriceJob, type RepriceJob } from '@telltale/contracts/http/prices';
import { teamQuery } from '@telltale/contracts/http/query';
import type { JobPayload } from '@telltale/contracts/jobs';
import { findReprice, requestReprice, type Db, type RepriceRow } from '@telltale/store/config';
import { z } from 'zod';
import { chooseTeam } from '../auth/access.ts';
import { actorOf } from '../auth/actor.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';

export type RepriceDeps = {
  db: Db;
  /** Wakes an aggregator for it. May fail: aggregators look for what is open by themselves. */
  wakeReprice: (payload: JobPayload<'reprice'>) => Promise<void>;
};

const sumOf = (calls: number | null, usd: string | null, unpriced: number | null): RepriceJob['before'] => ({
  cost_usd: (calls ?? 0) > 0 && (unpriced ?? 0) >= (calls ?? 0) ? null : Number(usd ?? 0),
  unpriced_calls: unpriced ?? 0,
});
const dateOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));

const toJob = (row: RepriceRow): RepriceJob => ({
  id: row.reprice_id,
  team_id: row.team_id,
  state: row.state ?? 'waiting',
  from: row.from_at?.toISOString() ?? null,
  to: row.to_at?.toISOString() ?? null,
  model: row.model,
  dry_run: row.dry_run,
  calls: row.calls ?? 0,
  changed_calls: row.changed_calls ?? 0,
  before: sumOf(row.calls, row.before_usd, row.before_unpriced),
  after: sumOf(row.calls, row.after_usd, row.after_unpriced),
  price_version: row.price_version,
  error: row.error,
  requested_at: row.requested_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
});

/** Pricing stored calls anew by the prices of today, as a job of the aggregator that can be followed. */
export function repriceRoutes(app: ZodApp, { db, wakeReprice }: RepriceDeps): void {
  const find = async (teamId: string, id: string): Promise<RepriceJob> => {
    const row = await findReprice(db, teamId, id);
    if (row === undefined) throw new TelltaleError('not_found', 'there is no such repricing');
    return toJob(row);
  };

  app.post(
    '/api/v1/prices/reprice',
    {
      config: allowForKnownTeam('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: repriceBody,
        ...documented('Admin', 'Price stored calls anew', { 202: repriceJob }),
      },
    },
    async (request, reply) => {
      const access = callerOf(request);
      const teamId = chooseTeam(access, request.query.team_id);
      const { from, to, model = null, dry_run: dryRun } = request.body;
      const wish = { teamId, from: dateOf(from), to: dateOf(to), model, dryRun, actor: actorOf(access) };
      const id = await requestReprice(db, wish);
      await wakeReprice({ team_id: teamId, reprice_id: id }).catch((error: unknown) => {
        request.log.warn({ err: error }, 'no aggregator could be woken; the next one that looks will find it');
      });
      return reply.code(202).send(await find(teamId, id));
    },
  );

  app.get(
    '/api/v1/prices/reprice/:reprice_id',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ reprice_id: z.uuid() }),
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'How far a repricing is', { 200: repriceJob }),
      },
    },
    (request) => find(chooseTeam(callerOf(request), request.query.team_id), request.params.reprice_id),
  );
}
