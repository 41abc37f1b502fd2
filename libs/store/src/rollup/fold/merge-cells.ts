import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { dimensions, grains, type Grain } from '../cubes.ts';
import { measures } from '../measures.ts';

export const measureNames = sql.join(measures.map(({ name }) => sql.ref(name)));
/** Sums and peaks over rows of fold_cell or rollup. */
export const measureSums = sql.join(
  measures.map(({ name, merge }) => {
    const column = sql.ref(name);
    return merge === 'sum' ? sql`sum(${column}) as ${column}` : sql`max(${column}) as ${column}`;
  }),
);
const added = sql.join(
  measures.map(({ name, merge }) =>
    merge === 'sum'
      ? sql`${sql.ref(name)} = coalesce(t.${sql.ref(name)} + excluded.${sql.ref(name)}, excluded.${sql.ref(name)}, t.${sql.ref(name)})`
      : sql`${sql.ref(name)} = greatest(t.${sql.ref(name)}, excluded.${sql.ref(name)})`,
  ),
);

/** The bucket of `grain` minutes that a minute lies in. */
export const bucketOf = (minute: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case g.grain when 0 then timestamptz 'epoch' else date_bin(make_interval(mins => g.grain), ${minute}, timestamptz 'epoch') end`;

const grainTable = (wanted: readonly Grain[]): RawBuilder<unknown> =>
  sql`(values ${sql.join(wanted.map((grain) => sql`(${sql.lit(grain)})`))}) g (grain)`;

/** Which buckets are wanted: minutes older than `minutesSince` are not kept. */
export type Wanted = { minutesSince: Date; grains?: readonly Grain[] };

/** Joins each minute to the buckets it lies in. */
export const inGrains = (minute: RawBuilder<unknown>, { minutesSince, grains: wanted = grains }: Wanted) => sql`
  cross join ${grainTable(wanted)} where g.grain <> 1 or ${minute} >= ${minutesSince}`;

/** fold_cell by grain. Also read by the repair and the check. */
export const cellsByGrain = (wanted: Wanted): RawBuilder<unknown> => sql`
  select cube, g.grain, ${bucketOf(sql`bucket`)} as bucket, series_id, ${measureSums}
  from fold_cell ${inGrains(sql`bucket`, wanted)}
  group by 1, 2, 3, 4`;

/** Makes the series that are new. */
export async function mergeSeries(trx: DbTransaction, teamId: string): Promise<void> {
  const dims = sql.join(dimensions.map((name) => sql.ref(name)));
  await sql`insert into series (team_id, series_id, cube, ${dims})
    select distinct on (series_id) ${teamId}, series_id, cube, ${dims} from fold_cell order by series_id
    on conflict do nothing`.execute(trx);
}

/** Adds fold_cell to the rollups. */
export async function mergeCells(trx: DbTransaction, teamId: string, wanted: Wanted): Promise<void> {
  await mergeSeries(trx, teamId);
  await sql`insert into rollup as t (team_id, cube, grain, bucket, series_id, ${measureNames})
    select ${teamId}, cells.* from (${cellsByGrain(wanted)}) cells
    on conflict (team_id, cube, grain, bucket, series_id) do update set ${added}`.execute(trx);
}
