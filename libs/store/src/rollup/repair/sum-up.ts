import { sql, type RawBuilder } from 'kysely';
import { cubes, grainsOf } from '../cubes.ts';
import { measureSums } from '../fold/merge-cells.ts';
import type { Range } from './fill-range.ts';

/** Rows of `grain` are by definition what the rows of `of` in the same span sum up to. */
export const levels = [
  { grain: 120, of: 15 },
  { grain: 1440, of: 15 },
  { grain: 0, of: 1440 },
] as const;
/** The same of latencies. */
export const binLevels = [...levels, { grain: 5760, of: 1440 }] as const;
export type Level = (typeof binLevels)[number];
const dayMs = 86_400_000;
const lengths = { 120: '2 hours', 1440: '24 hours', 5760: '96 hours' } as const;

/** Which buckets of a level a range can have changed. */
export function spanOf({ grain }: Level, { from, to }: Range): RawBuilder<unknown> {
  if (grain === 0) return sql`true`;
  const length = grain === 5760 ? 4 * dayMs : dayMs;
  const first = new Date(Math.floor(from.getTime() / length) * length);
  const end = new Date(Math.ceil(to.getTime() / length) * length);
  return sql`bucket >= ${first} and bucket < ${end}`;
}

const parent = ({ grain }: Level): RawBuilder<unknown> =>
  grain === 0 ? sql`timestamptz 'epoch'` : sql`date_bin(${sql.lit(lengths[grain])}, bucket, timestamptz 'epoch')`;

const touched = sql`series_id in (select series_id from fold_series)`;
const cubesWith = (grain: number): RawBuilder<unknown> =>
  sql`cube = any(${cubes.filter((cube) => grainsOf(cube).some((one) => one === grain)).map(({ name }) => name)}::text[])`;

/** Rows of one grain of the touched series. */
export const rowsOf = (teamId: string, grain: number, span: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`team_id = ${teamId} and grain = ${sql.lit(grain)} and ${span} and ${touched}`;
export const binsOf = (teamId: string, grain: number, span: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`team_id = ${teamId} and grain = ${grain} and ${span} and ${touched}`;

/** What the rows of a level should be. */
export function cellsOfLevel(teamId: string, level: Level, range: Range): RawBuilder<unknown> {
  return sql`select cube, ${sql.lit(level.grain)}::smallint as grain, ${parent(level)} as bucket, series_id, ${measureSums}
    from rollup where ${rowsOf(teamId, level.of, spanOf(level, range))} and ${cubesWith(level.grain)} group by 1, 2, 3, 4`;
}

/** What the latency bins of a level should be. */
export function binsOfLevel(teamId: string, level: Level, range: Range): RawBuilder<unknown> {
  const rows = sql`select series_id, measure, ${parent(level)} as bucket, bins, counts from rollup_bin
    where ${binsOf(teamId, level.of, spanOf(level, range))}`;
  return sql`select series_id, ${sql.lit(level.grain)}::smallint as grain, measure, bucket, array_agg(bin) as bins, array_agg(n) as counts
    from (select series_id, measure, bucket, bin, sum(n)::bigint as n
      from (${rows}) as part_row, unnest(bins, counts) as part (bin, n)
      group by 1, 2, 3, 4 having sum(n) <> 0) single
    group by 1, 2, 3, 4`;
}
