import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { dimensions, grains } from '../cubes.ts';
import { measures } from '../measures.ts';

const names = sql.join(measures.map(({ name }) => sql.ref(name)));
const sums = sql.join(
  measures.map(({ name, merge }) => (merge === 'sum' ? sql`sum(${sql.ref(name)})` : sql`max(${sql.ref(name)})`)),
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

export const everyGrain = sql`(values ${sql.join(grains.map((grain) => sql`(${sql.lit(grain)})`))}) g (grain)`;

/** fold_cell by every grain; minutes before `minutesSince` are not kept. Also read by the repair and the check. */
export const cellsByGrain = (minutesSince: Date): RawBuilder<unknown> => sql`
  select cube, g.grain, ${bucketOf(sql`bucket`)} as bucket, series_id, ${sums}
  from fold_cell cross join ${everyGrain}
  where g.grain <> 1 or bucket >= ${minutesSince}
  group by 1, 2, 3, 4`;

/** Makes the series that are new. */
export async function mergeSeries(trx: DbTransaction, teamId: string): Promise<void> {
  const dims = sql.join(dimensions.map((name) => sql.ref(name)));
  await sql`insert into series (team_id, series_id, cube, ${dims})
    select distinct on (series_id) ${teamId}, series_id, cube, ${dims} from fold_cell order by series_id
    on conflict do nothing`.execute(trx);
}

/** Adds fold_cell to the rollups. */
export async function mergeCells(trx: DbTransaction, teamId: string, minutesSince: Date): Promise<void> {
  await mergeSeries(trx, teamId);
  await sql`insert into rollup as t (team_id, cube, grain, bucket, series_id, ${names})
    select ${teamId}, cells.* from (${cellsByGrain(minutesSince)}) cells
    on conflict (team_id, cube, grain, bucket, series_id) do update set ${added}`.execute(trx);
}
