import { randomUUID } from 'node:crypto';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';

export type RepriceWish = {
  teamId: string;
  from: Date | null;
  to: Date | null;
  model: string | null;
  dryRun: boolean;
  actor: string;
};

/** Asks for stored calls to be priced anew, with its audit row; answers the id to follow it by. */
export async function requestReprice(db: Db, wish: RepriceWish): Promise<string> {
  const { teamId, from, to, model, dryRun, actor } = wish;
  const id = randomUUID();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('reprice_request')
      .values({
        team_id: teamId,
        reprice_id: id,
        from_at: from,
        to_at: to,
        model,
        dry_run: dryRun,
        requested_by: actor,
      })
      .execute();
    const detail = { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null, model, dry_run: dryRun };
    await writeAudit(trx, { teamId, actor, action: 'price.reprice', object: `reprice:${id}`, detail });
  });
  return id;
}

/** A repricing of this team and how far it is; undefined when it has no such one. Progress is null until it begins. */
export function findReprice(db: Db, teamId: string, repriceId: string) {
  return db
    .selectFrom('reprice_request as r')
    .leftJoin('reprice_progress as p', (join) =>
      join.onRef('p.team_id', '=', 'r.team_id').onRef('p.reprice_id', '=', 'r.reprice_id'),
    )
    .select(['r.reprice_id', 'r.team_id', 'r.from_at', 'r.to_at', 'r.model', 'r.dry_run', 'r.requested_at'])
    .select(['p.state', 'p.calls', 'p.changed_calls', 'p.before_usd', 'p.after_usd', 'p.before_unpriced'])
    .select(['p.after_unpriced', 'p.price_version', 'p.error', 'p.ended_at'])
    .where('r.team_id', '=', teamId)
    .where('r.reprice_id', '=', repriceId)
    .executeTakeFirst();
}
export type RepriceRow = NonNullable<Awaited<ReturnType<typeof findReprice>>>;
