import type { Db } from '../../database.ts';

export type LooseObject = { team_id: string; object_id: string };

/** Says, before anything of it is written, that an object belongs to no artifact yet: nothing that fails leaves it behind. */
export async function noteLoose(db: Db, { team_id, object_id }: LooseObject): Promise<void> {
  await db.insertInto('loose_object').values({ team_id, object_id }).execute();
}

/** The object is gone. */
export async function forgetLoose(db: Db, { team_id, object_id }: LooseObject): Promise<void> {
  await db.deleteFrom('loose_object').where('team_id', '=', team_id).where('object_id', '=', object_id).execute();
}

/** Objects of every team that have belonged to nothing since `before`, oldest first. */
export function listLoose(db: Db, { before, limit }: { before: Date; limit: number }): Promise<LooseObject[]> {
  return db
    .selectFrom('loose_object')
    .select(['team_id', 'object_id'])
    .where('since', '<', before)
    .orderBy('since')
    .limit(limit)
    .execute();
}
