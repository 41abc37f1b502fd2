import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';

/** So many new series in one fold may make the planner be wrong about them, where they are this part of all or of the team's. */
const leastSeries = 2_000;
const leastPart = 0.1;
const leastPartOfTeam = 0.5;

const tables = [
  'calls',
  'key_model_total',
  'key_narrow_total',
  'key_total',
  'rollup_bin',
  'rollup_day',
  'rollup_ever',
  'rollup_minute',
  'rollup_quarter',
  'rollup_two_hours',
  'series',
  'session',
  'unit_total',
] as const;

/**
 * Has PostgreSQL count what a large fold made before it commits. Autovacuum comes a minute later: until then a first burst of
 * sessions, or that of a team not seen before, is planned for as one row, and questions that take 20 ms were ended after 10 s.
 */
export async function analyzeMade(trx: DbTransaction, teamId: string, madeSeries: number): Promise<void> {
  if (madeSeries < leastSeries) return;
  const enough = Math.ceil(madeSeries / leastPartOfTeam);
  const { rows } = await sql<{ known: number; ofTeam: number }>`
    select greatest(reltuples, 0)::float8 as known,
      (select count(*) from (select from series where team_id = ${teamId} limit ${enough + 1}) s)::int as "ofTeam"
    from pg_class where oid = 'series'::regclass`.execute(trx);
  const { known = 0, ofTeam = 0 } = rows[0] ?? {};
  if (madeSeries < leastPart * known && ofTeam > enough) return;
  // What autovacuum or another fold has in hand is left to it: waiting would hold this fold up, and end an autovacuum.
  for (const table of tables) await sql`analyze (skip_locked) ${sql.table(table)}`.execute(trx);
}
