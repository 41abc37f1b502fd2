import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { cubes, type Cube } from '../cubes.ts';
import type { BinMeasure } from '../measures.ts';
import { seriesId } from './make-cells.ts';
import { bucketOf, inGrains, type Wanted } from './merge-cells.ts';

const measuresOf = ({ families }: Cube): BinMeasure[] => {
  if (families.includes('llm')) return ['llm_ms', 'ttft_ms'];
  return families.includes('tool') ? ['tool_ms'] : ['service_ms'];
};

const ofCube = (cube: Cube): RawBuilder<unknown> => sql`
  select ${seriesId(cube)} as series_id, measure, minute, bin, n from fold_bin
  where measure in (${sql.join(measuresOf(cube).map((measure) => sql.lit(measure)))})`;

/** fold_bin by series and every grain. Also read by the repair and the check. */
export const binsByGrain = (wanted: Wanted): RawBuilder<unknown> => sql`
  select series_id, grain, measure, bucket, array_agg(bin order by bin) as bins, array_agg(n order by bin) as counts
  from (
    select series_id, g.grain, measure, ${bucketOf(sql`minute`)} as bucket, bin, sum(n)::bigint as n
    from (${sql.join(cubes.filter(({ bins }) => bins).map(ofCube), sql` union all `)}) parts ${inGrains(sql`minute`, wanted)}
    group by 1, 2, 3, 4, 5) single
  group by 1, 2, 3, 4`;

/** Adds fold_bin to the latency bins. A bin that a correction emptied is left out. */
export async function mergeBins(trx: DbTransaction, teamId: string, wanted: Wanted): Promise<void> {
  await sql`insert into rollup_bin as t (team_id, series_id, grain, measure, bucket, bins, counts)
    select ${teamId}, made.* from (${binsByGrain(wanted)}) made
    on conflict (team_id, series_id, grain, measure, bucket) do update set (bins, counts) = (
      select coalesce(array_agg(bin order by bin), '{}'), coalesce(array_agg(n order by bin), '{}')
      from (select bin, sum(n)::bigint as n
        from unnest(t.bins || excluded.bins, t.counts || excluded.counts) as part (bin, n)
        group by bin having sum(n) <> 0) merged)`.execute(trx);
}
