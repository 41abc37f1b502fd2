import { randomUUID } from 'node:crypto';
import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

export type RepairWish = { teamId: string; from: Date; to: Date; actor: string };

/** Asks for the rollups of a range to be made anew, with its audit row; answers the id to follow it by. */
export async function requestRepair(db: Db, { teamId, from, to, actor }: RepairWish): Promise<string> {
  const id = randomUUID();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('repair_request')
      .values({ team_id: teamId, repair_id: id, from_at: from, to_at: to, requested_by: actor })
      .execute();
    const detail = { from: from.toISOString(), to: to.toISOString() };
    await writeAudit(trx, { teamId, actor, action: 'rollups.repair', object: `repair:${id}`, detail });
  });
  return id;
}

/** A repair of this team and how far it is; undefined when it has no such one. Progress is null until it begins. */
export function findRepair(db: Db, teamId: string, repairId: string) {
  return db
    .selectFrom('repair_request as r')
    .leftJoin('repair_progress as p', (join) =>
      join.onRef('p.team_id', '=', 'r.team_id').onRef('p.repair_id', '=', 'r.repair_id'),
    )
    .select(['r.repair_id', 'r.team_id', 'r.from_at', 'r.to_at', 'r.requested_at'])
    .select(['p.state', 'p.differing', 'p.repaired_to', 'p.error', 'p.ended_at'])
    .where('r.team_id', '=', teamId)
    .where('r.repair_id', '=', repairId)
    .executeTakeFirst();
}
export type RepairRow = NonNullable<Awaited<ReturnType<typeof findRepair>>>;
