import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Rows that a table has to have grown by. */
const leastRows = 2_000;

/**
 * Has PostgreSQL look again at tables that grew to more than twice of what it knows of them. Autovacuum looks once a minute
 * and not while it is busy: until then a first burst of sessions is asked for as the handful of rows that were there before,
 * and questions that take 20 ms were ended after 10 s. Answers the names of the tables. One that belongs to another user is
 * left to autovacuum.
 */
export async function analyzeGrown(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', s.schemaname, s.relname) as name
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid
    where s.n_mod_since_analyze > ${leastRows} and s.n_live_tup > 2 * greatest(c.reltuples, 0) + ${leastRows}
      and c.relpersistence = 'p' and pg_has_role(c.relowner, 'usage')
    order by 1`.execute(db);
  const names = rows.map(({ name }) => name);
  for (const name of names) await sql`analyze ${sql.raw(name)}`.execute(db);
  return names;
}
