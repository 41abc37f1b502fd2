import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { dimensions } from '../cubes.ts';

/** What a total holds: enough to rank by cost, and since when and until when there is anything of it. */
export const totalMeasures = [
  'records',
  'llm_calls',
  'unpriced_calls',
  'input_tokens',
  'output_tokens',
  'cost_usd',
] as const;
/** Ids that totals are kept by, see `key_total`. */
export const totalKeys = ['session_id', 'task_id', 'run_id'] as const;
export type TotalKey = (typeof totalKeys)[number];
/** Cubes whose series have a row in `unit_total`. */
export const totalCubes = ['unit', 'unit_model'] as const;

export const totalSums = sql.join(totalMeasures.map((name) => sql.ref(name)));
export const summedTotals = sql.join(totalMeasures.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`));
export const totalDims = sql.join(dimensions.slice(0, -3).map((name) => sql.ref(name)));
export const isTotalCube = (column: string): RawBuilder<unknown> =>
  sql`${sql.ref(column)} in (${sql.join(totalCubes.map((cube) => sql.lit(cube)))})`;

const added: RawBuilder<unknown> = sql.join([
  sql`first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)`,
  ...totalMeasures.map((name) => {
    const [column, old, more] = [sql.ref(name), sql.ref(`t.${name}`), sql.ref(`excluded.${name}`)];
    return sql`${column} = coalesce(${old} + ${more}, ${more}, ${old})`;
  }),
]);

/** The ids of a row of `from`, as `key.dim` and `key.id`. */
export const eachKey = (from: string): RawBuilder<unknown> => sql`
  ${sql.table(from)} cross join lateral (values ${sql.join(totalKeys.map((key) => sql`(${sql.lit(key)}, ${sql.ref(key)})`))}) as key (dim, id)
  where cube = 'unit' and key.id is not null`;

/**
 * Adds fold_cell to the totals of units and of their sessions, tasks and runs. The span of a total covers every bucket
 * of it and never shrinks: a call that moved away leaves it too long, which costs a look and no exactness.
 */
export async function mergeTotals(trx: DbTransaction, teamId: string, minutesSince: Date): Promise<void> {
  // Cells from before are of a quarter hour: their last minute is its last.
  const span = sql`min(bucket) as first_at,
    max(case when bucket < ${minutesSince}::timestamptz then bucket + interval '14 minutes' else bucket end) as last_at`;
  await sql`insert into unit_total as t (team_id, series_id, cube, ${totalDims}, first_at, last_at, ${totalSums})
    select ${teamId}, series_id, cube, ${totalDims}, first_at, last_at, ${totalSums}
    from (select series_id, ${span}, ${summedTotals} from fold_cell where ${isTotalCube('cube')} group by series_id) made
    join lateral (select cube, ${totalDims} from series s where s.team_id = ${teamId} and s.series_id = made.series_id
      offset 0) named on true
    on conflict (team_id, series_id) do update set ${added}`.execute(trx);
  await sql`insert into key_total as t (team_id, dim, id, first_at, last_at, ${totalSums})
    select ${teamId}, key.dim, key.id, ${span}, ${summedTotals}
    from ${eachKey('fold_cell')} group by 2, 3
    on conflict (team_id, dim, id) do update set ${added}`.execute(trx);
}
