import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { rawTables } from '../../tables/raw-tables.ts';
import type { Range } from './fill-range.ts';

/** Whether rollups know of records in a day of which no record is kept: made anew, that day would count as nothing. */
export async function rawIsGone(db: Db, teamId: string, { from, to }: Range): Promise<boolean> {
  const within = sql`team_id = ${teamId} and at >= ${from} and at < ${to}`;
  const kept = rawTables.map((table) => sql`exists (select from ${sql.table(table)} where ${within})`);
  const { rows } = await sql<{ gone: boolean }>`
    select not (${sql.join(kept, sql` or `)}) and exists (
      select from rollup where team_id = ${teamId} and cube = 'unit' and grain = 15
        and bucket >= ${from} and bucket < ${to} and records > 0) as gone`.execute(db);
  return rows[0]?.gone ?? false;
}
