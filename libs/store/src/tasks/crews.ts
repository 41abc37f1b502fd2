import {
  crewAnnouncement,
  type CrewAnnouncement,
  type CrewRow,
  type RunnerAnnouncement,
} from '@telltale/contracts/http/crews';
import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** A runner that was not heard of for so long is not counted on. */
const aliveSeconds = 20;

/** Keeps what a runner says of itself and its crews; a crew that it does not name any more is gone from it. */
export async function announceCrews(db: Db, teamId: string, said: RunnerAnnouncement): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const names = said.crews.map(({ crew_id }) => crew_id);
    await trx
      .deleteFrom('crew')
      .where('team_id', '=', teamId)
      .where('runner_id', '=', said.runner_id)
      .$if(names.length > 0, (query) => query.where('crew_id', 'not in', names))
      .execute();
    // In one order always: two runners never wait for each other.
    for (const profile of said.crews.toSorted((a, b) => (a.crew_id < b.crew_id ? -1 : 1))) {
      const row = {
        host: said.host,
        profile: JSON.stringify(profile),
        slots: said.slots,
        running: said.running,
        seen_at: sql<Date>`clock_timestamp()`,
      };
      await trx
        .insertInto('crew')
        .values({ team_id: teamId, crew_id: profile.crew_id, runner_id: said.runner_id, ...row })
        .onConflict((conflict) => conflict.columns(['team_id', 'crew_id', 'runner_id']).doUpdateSet(row))
        .execute();
    }
  });
}

/** The crews of a team as the runner heard of last announced each, and who has them. */
export async function listCrews(db: Db, teamId: string): Promise<CrewRow[]> {
  const rows = await db
    .selectFrom('crew')
    .selectAll()
    .select(sql<boolean>`seen_at > clock_timestamp() - ${aliveSeconds} * interval '1 second'`.as('alive'))
    .where('team_id', '=', teamId)
    .orderBy('crew_id')
    .orderBy('seen_at', 'desc')
    .execute();
  const crews = Map.groupBy(rows, ({ crew_id }) => crew_id);
  return [...crews.values()].flatMap((ofCrew) => {
    const profile = ofCrew
      .map(({ profile }) => crewAnnouncement.safeParse(profile).data)
      .find((one) => one !== undefined);
    if (profile === undefined) return [];
    const { concurrency: _, ...shared } = profile;
    const runners = ofCrew.map((row) => ({
      runner_id: row.runner_id,
      host: row.host,
      slots: row.slots,
      running: row.running,
      concurrency: crewAnnouncement.safeParse(row.profile).data?.concurrency ?? 0,
      alive: row.alive,
      seen_at: row.seen_at.toISOString(),
    }));
    return [{ ...shared, runners }];
  });
}

/** A crew by the newest word on it, or the names of all that were announced. */
export async function findCrew(
  db: Db,
  teamId: string,
  crewId: string,
): Promise<{ crew: CrewAnnouncement; known?: never } | { crew: null; known: string[] }> {
  const rows = await db
    .selectFrom('crew')
    .select(['crew_id', 'profile'])
    .where('team_id', '=', teamId)
    .orderBy('seen_at', 'desc')
    .execute();
  const found = rows.find(({ crew_id }) => crew_id === crewId);
  const parsed = found === undefined ? undefined : crewAnnouncement.safeParse(found.profile).data;
  if (parsed !== undefined) return { crew: parsed };
  return { crew: null, known: [...new Set(rows.map(({ crew_id }) => crew_id))].toSorted() };
}
