import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Rows that a table has to have grown by, and the part of those it had. */
const leastRows = 2_000;
const leastPart = 0.1;

/**
 * Has PostgreSQL look again at tables that grew. Autovacuum comes once a minute, and later while it is busy: until then it
 * plans for a first burst of sessions, or that of a team it has not seen, as for a handful of rows, and questions that take
 * 20 ms were ended after 10 s. Answers the names of the tables. One that belongs to another user is left
 * to autovacuum, and so is one that it has in hand.
 */
export async function analyzeGrown(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', s.schemaname, s.relname) as name
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid
    where s.n_mod_since_analyze > ${leastRows}
      and s.n_live_tup > greatest(c.reltuples, 0) * (1 + ${leastPart}::float8) + ${leastRows}::int
      and c.relpersistence = 'p' and pg_has_role(c.relowner, 'usage')
    order by 1`.execute(db);
  const names = rows.map(({ name }) => name);
  for (const name of names) await sql`analyze (skip_locked) ${sql.raw(name)}`.execute(db);
  return names;
}
