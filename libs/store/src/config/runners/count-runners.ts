import { runnerSilentMs } from '@telltale/contracts/http/runners';
import { sql } from 'kysely';
import type { Db } from '../../database.ts';

/** How many runners of a team were heard of lately, and how many were not; revoked ones do not count. `now` in epoch ms. */
export async function countRunners(db: Db, teamId: string, now: number): Promise<{ active: number; silent: number }> {
  const since = new Date(now - runnerSilentMs);
  const heardOf = sql<boolean>`coalesce(last_seen_at, enrolled_at) >= ${since}`;
  return db
    .selectFrom('runner')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere(heardOf).as('active'),
      eb.fn
        .countAll<number>()
        .filterWhere(sql<boolean>`${heardOf} is not true`)
        .as('silent'),
    ])
    .where('team_id', '=', teamId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
}
