import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CubeName, Dimension } from '../rollup/cubes.ts';
import type { BinMeasure } from '../rollup/measures.ts';
import { binRows, type SeriesFilter } from './rollup-rows.ts';
import type { Segment } from './span.ts';

export type Percentiles = Record<'p50' | 'p90' | 'p95' | 'p99', number>;

export type PercentileQuestion = {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
  /** Percentiles are of each combination of their values. */
  by: readonly Dimension[];
  measure: BinMeasure;
};

type Row = { key: string[] } & Record<keyof Percentiles, number>;

/** The bin of durations of 0 ms and below. */
export const lowestBin = -100_000;
/** A bin stands for its middle, which is within 1 % of everything in it. */
export const binMiddle = (bin: number): number =>
  bin <= lowestBin ? 0 : Number(((2 * 1.02 ** bin) / 2.02).toFixed(3));

/** What the percentiles of these values are found by; a text of PostgreSQL never holds the separator. */
export const percentileKey = (values: readonly string[]): string => values.join('\0');

/**
 * p_q is the first bin whose running count reaches ⌈q·n⌉. What has no timed call is absent. The arrays of a row are taken
 * apart side by side, without a table in between: both are as long. Counts are added as doubles, which are exact up to 2^53
 * and take half the time of numerics.
 */
export async function readPercentiles(db: Db, question: PercentileQuestion): Promise<Map<string, Percentiles>> {
  const { by, measure } = question;
  const values = sql.join(by.map((name) => sql.ref(`s.${name}`)));
  const names = sql.join(by.map((name) => sql.ref(name)));
  const at = (q: number) => sql`min(bin) filter (where upto >= ceil(${sql.lit(q)} * total))`;
  const { rows } = await sql<Row>`
    with bin_count as (
      select ${names}, bin, sum(n::double precision)::numeric as n
      from (select ${values}, unnest(r.bins) as bin, unnest(r.counts) as n ${binRows(question, measure)}) as part
      group by ${names}, bin
    ), counted as (
      select array[${names}] as key, bin, n from bin_count
    ), running as (
      select key, bin, sum(n) over (partition by key order by bin) as upto, sum(n) over (partition by key) as total
      from counted where n > 0
    )
    select key, ${at(0.5)} as p50, ${at(0.9)} as p90, ${at(0.95)} as p95, ${at(0.99)} as p99
    from running group by key`.execute(db);
  return new Map(
    rows.map(({ key, p50, p90, p95, p99 }) => [
      percentileKey(key),
      { p50: binMiddle(p50), p90: binMiddle(p90), p95: binMiddle(p95), p99: binMiddle(p99) },
    ]),
  );
}
