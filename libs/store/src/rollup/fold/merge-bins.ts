import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { binGrains, cubeNamed, cubes, type BinGrain, type Cube, type CubeName } from '../cubes.ts';
import type { BinMeasure } from '../measures.ts';
import { seriesId } from './make-cells.ts';
import type { Wanted } from './merge-cells.ts';

/** The cubes whose latencies fold_bin has. What is summed from each follows from the cubes. */
type Fine = { name: CubeName; measures: readonly BinMeasure[] };
const fine: readonly Fine[] = [
  { name: 'place_model', measures: ['llm_ms', 'ttft_ms'] },
  { name: 'place_tool', measures: ['tool_ms'] },
  { name: 'place_service', measures: ['service_ms'] },
];

const partsOf = (name: CubeName): readonly Cube[] => cubes.filter((cube) => cube.bins && cube.from === name);
const idsOf = (these: readonly Cube[]): RawBuilder<unknown> => sql`array[${sql.join(these.map(seriesId))}]`;

const cellsOf = ({ name, measures }: Fine): RawBuilder<unknown> => sql`
  select ${seriesId(cubeNamed(name))} as series_id, ${idsOf(partsOf(name))} as coarse_ids, measure, minute as bucket, bins, counts
  from fold_bin where measure in (${sql.join(measures.map((measure) => sql.lit(measure)))})`;

type Level = { from: string; id?: string; bucket: RawBuilder<unknown> };

/**
 * Adds rows up by series and bucket. What is alone in its bucket is taken as it is: in a fold of a moment nearly all is,
 * and taking arrays apart and together again is what costs.
 */
const addedUp = (name: string, { from, id = 'series_id', bucket }: Level): RawBuilder<unknown> => {
  const parts = sql.ref(`${name}_parts`);
  return sql`${parts} as materialized (
    select ${sql.ref(id)} as series_id, measure, ${bucket} as bucket, bins, counts,
      count(*) over (partition by ${sql.ref(id)}, measure, ${bucket}) as parts
    from ${sql.table(from)}),
  ${sql.ref(name)} as materialized (
    select series_id, measure, bucket, bins, counts from ${parts} where parts = 1
    union all
    select series_id, measure, bucket, array_agg(bin), array_agg(n) from (
      select series_id, measure, bucket, bin, sum(n)::bigint as n
      from ${parts} cross join lateral unnest(bins, counts) as u (bin, n) where parts > 1 group by 1, 2, 3, 4) single
    group by 1, 2, 3)`;
};

const minute = sql`bucket`;
const quarter = sql`date_bin('15 minutes', bucket, timestamptz 'epoch')`;
const hours = sql`date_bin('2 hours', bucket, timestamptz 'epoch')`;
const day = sql`date_bin('24 hours', bucket, timestamptz 'epoch')`;
const fourDays = sql`date_bin('96 hours', bucket, timestamptz 'epoch')`;
const ever = sql`timestamptz 'epoch'`;

const rowsOf = (grain: BinGrain, from: string, where = sql``): RawBuilder<unknown> =>
  sql`select series_id, ${sql.lit(grain)}::smallint as grain, measure, bucket, bins, counts from ${sql.table(from)} ${where}`;

/** fold_bin by series and grain. Also read by the repair and the check. */
export function binsByGrain({
  minutesSince,
  grains = binGrains,
}: Pick<Wanted, 'minutesSince'> & { grains?: readonly BinGrain[] }): RawBuilder<unknown> {
  const parts: Record<BinGrain, RawBuilder<unknown>> = {
    1: rowsOf(1, 'minutes', sql`where bucket >= ${minutesSince}`),
    15: rowsOf(15, 'quarters'),
    120: rowsOf(120, 'hours'),
    1440: rowsOf(1440, 'days'),
    5760: rowsOf(5760, 'four_days'),
    0: rowsOf(0, 'ever'),
  };
  return sql`
    with cells as materialized (${sql.join(fine.map(cellsOf), sql` union all `)}),
    coarse as (select coarse_id, measure, bucket, bins, counts from cells cross join lateral unnest(coarse_ids) as u (coarse_id)),
    ${addedUp('small', { from: 'coarse', id: 'coarse_id', bucket: minute })},
    minutes as (
      select series_id, measure, bucket, bins, counts from cells
      union all select series_id, measure, bucket, bins, counts from small),
    ${addedUp('quarters', { from: 'minutes', bucket: quarter })},
    ${addedUp('hours', { from: 'quarters', bucket: hours })},
    ${addedUp('days', { from: 'hours', bucket: day })},
    ${addedUp('four_days', { from: 'days', bucket: fourDays })},
    ${addedUp('ever', { from: 'four_days', bucket: ever })}
    ${sql.join(
      grains.map((grain) => parts[grain]),
      sql` union all `,
    )}`;
}

/** Adds fold_bin to the latency bins. */
export async function mergeBins(trx: DbTransaction, teamId: string, wanted: Wanted): Promise<void> {
  await sql`insert into rollup_bin as t (team_id, series_id, grain, measure, bucket, bins, counts)
    select ${teamId}, made.* from (${binsByGrain({ minutesSince: wanted.minutesSince })}) made
    on conflict (team_id, series_id, grain, measure, bucket) do update set (bins, counts) = (
      select m.bins, m.counts from merge_bins(t.bins, t.counts, excluded.bins, excluded.counts) m)`.execute(trx);
}
