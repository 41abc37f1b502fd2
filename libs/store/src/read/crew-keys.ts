import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** By crew, the inputs that its tasks are told apart by, as its runners announced them last. */
export async function readCrewKeys(db: Db, teamId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ crew_id: string; keys: string[] | null }>`
    select distinct on (crew_id) crew_id, profile -> 'input_summary' as keys from crew
    where team_id = ${teamId} order by crew_id, seen_at desc`.execute(db);
  return new Map(rows.map(({ crew_id, keys }) => [crew_id, keys ?? []]));
}
