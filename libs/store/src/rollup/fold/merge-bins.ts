import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { cubes, grains, type Cube, type Grain } from '../cubes.ts';
import type { BinMeasure } from '../measures.ts';
import { seriesId } from './make-cells.ts';
import type { Wanted } from './merge-cells.ts';

const measuresOf = ({ families }: Cube): BinMeasure[] => {
  if (families.includes('llm')) return ['llm_ms', 'ttft_ms'];
  return families.includes('tool') ? ['tool_ms'] : ['service_ms'];
};

const ofCube = (cube: Cube): RawBuilder<unknown> => sql`
  select ${seriesId(cube)} as series_id, measure, minute, bins, counts from fold_bin
  where measure in (${sql.join(measuresOf(cube).map((measure) => sql.lit(measure)))})`;

/** Longer buckets are summed from the next shorter ones: most bins of a minute recur in its hour. */
const longer = (from: RawBuilder<unknown>, bucket: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select series_id, measure, ${bucket} as bucket, bin, sum(n)::bigint as n from ${from} group by 1, 2, 3, 4`;

const rowsOf = (grain: Grain, from: RawBuilder<unknown>, when: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select series_id, ${sql.lit(grain)}::smallint as grain, measure, bucket, bin, n from ${from} where ${when}`;

/** fold_bin by series and grain. Also read by the repair and the check. */
export function binsByGrain({ minutesSince, grains: wanted = grains }: Wanted): RawBuilder<unknown> {
  const parts: Record<Grain, RawBuilder<unknown>> = {
    1: rowsOf(1, sql`minutes`, sql`bucket >= ${minutesSince}`),
    15: rowsOf(15, sql`quarters`, sql`true`),
    1440: rowsOf(1440, sql`days`, sql`true`),
    0: rowsOf(0, sql`ever`, sql`true`),
  };
  return sql`
    with minutes as materialized (
      select series_id, measure, minute as bucket, bin, sum(n)::bigint as n
      from (${sql.join(cubes.filter(({ bins }) => bins).map(ofCube), sql` union all `)}) cells, unnest(bins, counts) as u (bin, n)
      group by 1, 2, 3, 4),
    quarters as materialized (${longer(sql`minutes`, sql`date_bin('15 minutes', bucket, timestamptz 'epoch')`)}),
    days as materialized (${longer(sql`quarters`, sql`date_bin('24 hours', bucket, timestamptz 'epoch')`)}),
    ever as (${longer(sql`days`, sql`timestamptz 'epoch'`)})
    select series_id, grain, measure, bucket, array_agg(bin) as bins, array_agg(n) as counts
    from (${sql.join(
      wanted.map((grain) => parts[grain]),
      sql` union all `,
    )}) every group by 1, 2, 3, 4`;
}

/** Adds fold_bin to the latency bins. */
export async function mergeBins(trx: DbTransaction, teamId: string, wanted: Wanted): Promise<void> {
  await sql`insert into rollup_bin as t (team_id, series_id, grain, measure, bucket, bins, counts)
    select ${teamId}, made.* from (${binsByGrain(wanted)}) made
    on conflict (team_id, series_id, grain, measure, bucket) do update set (bins, counts) = (
      select m.bins, m.counts from merge_bins(t.bins, t.counts, excluded.bins, excluded.counts) m)`.execute(trx);
}
