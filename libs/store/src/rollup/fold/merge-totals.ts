import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { dimensions } from '../cubes.ts';

/** What a total holds beside its span: enough to rank by cost. */
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

/** Since when and until when there is anything of a total, and when its last call was, see `lastCallAt`. */
export const totalSpan = sql`first_at, last_at, last_call_at`;

/**
 * Until when a total of an alias can have calls. One from before last calls were kept, and not folded into since, can have them
 * until its end.
 */
export const lastCallAt = (alias: string): RawBuilder<unknown> =>
  sql`coalesce(${sql.ref(`${alias}.last_call_at`)}, case when ${sql.ref(`${alias}.llm_calls`)} is not null then ${sql.ref(`${alias}.last_at`)} end)`;

const added: RawBuilder<unknown> = sql.join([
  sql`first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at),
    last_call_at = greatest(${lastCallAt('t')}, excluded.last_call_at)`,
  ...totalMeasures.map((name) => {
    const [column, old, more] = [sql.ref(name), sql.ref(`t.${name}`), sql.ref(`excluded.${name}`)];
    return sql`${column} = coalesce(${old} + ${more}, ${more}, ${old})`;
  }),
]);

/** What the totals by one id are kept by too: a question about one of them need not read its units. */
export const narrowings = ['user_id', 'project', 'host'] as const;

/**
 * Totals by one id, by one id and model, and by one id within a user, a project or a host: their tables, keys, and the cube
 * whose units they are the sums of.
 */
export const keyTotals = [
  { table: 'key_total', key: ['dim', 'id'], cube: 'unit', of: 'all' },
  { table: 'key_model_total', key: ['dim', 'model', 'id'], cube: 'unit_model', of: 'model' },
  { table: 'key_narrow_total', key: ['dim', 'narrow_by', 'narrow_to', 'id'], cube: 'unit', of: 'narrow' },
] as const;
export type KeyTotals = (typeof keyTotals)[number];

/** The key of such a total: of itself, and of a row of `eachKey`. */
export const keyColumns = ({ key }: KeyTotals): RawBuilder<unknown> => sql.join(key.map((name) => sql.ref(name)));
const valueOf = {
  dim: 'key.dim',
  id: 'key.id',
  model: 'model',
  narrow_by: 'narrow_by',
  narrow_to: 'narrow_to',
} as const;
export const keyValues = ({ key }: KeyTotals): RawBuilder<unknown> =>
  sql.join(key.map((name) => sql.ref(valueOf[name])));

/** Whether a bucket may have nothing any more, because a call moved elsewhere: a span that begins or ends there is too long. */
const emptied = sql`bool_or(coalesce(llm_calls, 0) < 0 and coalesce(records, 0) = 0)`;

const named = (names: readonly string[]): RawBuilder<unknown> =>
  sql`(values ${sql.join(names.map((name) => sql`(${sql.lit(name)}, ${sql.ref(name)})`))})`;

/** The ids of a row of `from`, as `key.dim` and `key.id`, and what they are narrowed by, as `narrow_by` and `narrow_to`. */
export function eachKey(from: string, { cube, of }: KeyTotals): RawBuilder<unknown> {
  const isNarrow = of === 'narrow';
  const narrow = isNarrow ? sql`cross join lateral ${named(narrowings)} as narrow (narrow_by, narrow_to)` : sql``;
  return sql`${sql.table(from)} cross join lateral ${named(totalKeys)} as key (dim, id) ${narrow}
    where cube = ${sql.lit(cube)} and key.id is not null ${isNarrow ? sql`and narrow_to is not null` : sql``}`;
}

/**
 * Adds fold_cell to the totals of units and of their sessions, tasks and runs, also by model, user, project and host. The span of
 * a total covers every bucket of it and never shrinks: a call that moved away leaves it too long, which costs a look and no exactness.
 */
export async function mergeTotals(trx: DbTransaction, teamId: string, minutesSince: Date): Promise<void> {
  // Cells from before are of a quarter hour: their last minute is its last.
  const last = sql`max(case when bucket < ${minutesSince}::timestamptz then bucket + interval '14 minutes' else bucket end)`;
  const span = sql`min(bucket) as first_at, ${last} as last_at, ${last} filter (where llm_calls is not null) as last_call_at`;
  await sql`insert into unit_total as t (team_id, series_id, cube, ${totalDims}, ${totalSpan}, ${totalSums})
    select ${teamId}, series_id, cube, ${totalDims}, ${totalSpan}, ${totalSums}
    from (select series_id, ${span}, ${summedTotals} from fold_cell where ${isTotalCube('cube')} group by series_id) made
    join lateral (select cube, ${totalDims} from series s where s.team_id = ${teamId} and s.series_id = made.series_id
      offset 0) named on true
    on conflict (team_id, series_id) do update set ${added}`.execute(trx);
  for (const totals of keyTotals) {
    const values = keyValues(totals);
    const columns = sql`${keyColumns(totals)}, ${totalSpan}, ${totalSums}, loose`;
    await sql`insert into ${sql.table(totals.table)} as t (team_id, ${columns})
      select ${teamId}, ${values}, ${span}, ${summedTotals}, ${emptied} from ${eachKey('fold_cell', totals)} group by ${values}
      on conflict (team_id, ${keyColumns(totals)}) do update set ${added}, loose = t.loose or excluded.loose`.execute(
      trx,
    );
  }
}
