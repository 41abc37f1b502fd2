import { sql, type RawBuilder } from 'kysely';
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

type Row = { key: string[]; bins: number[]; counts: number[] };

/** The bin of durations of 0 ms and below. */
export const lowestBin = -100_000;
/** A bin stands for its middle, which is within 1 % of everything in it. */
export const binMiddle = (bin: number): number =>
  bin <= lowestBin ? 0 : Number(((2 * 1.02 ** bin) / 2.02).toFixed(3));

/** What the percentiles of these values are found by; a text of PostgreSQL never holds the separator. */
export const percentileKey = (values: readonly string[]): string => values.join('\0');

/** In order: the first bin whose running count reaches ⌈q·n⌉. */
function percentilesOf({ bins, counts }: Row): Percentiles {
  const counted = bins.map((bin, place) => ({ bin, n: counts[place] ?? 0 })).toSorted((a, b) => a.bin - b.bin);
  const total = counted.reduce((sum, { n }) => sum + n, 0);
  const at = (percent: number): number => {
    // Of whole numbers: 0.95 times a count may be a little more than it is.
    const wanted = Math.ceil((total * percent) / 100);
    let upto = 0;
    return binMiddle(counted.find(({ n }) => (upto += n) >= wanted)?.bin ?? lowestBin);
  };
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99) };
}

/**
 * What has no timed call is absent. The arrays of a row are taken apart side by side, without a table in between: both are
 * as long. Counts are added as doubles, which are exact up to 2^53 and take half the time of numerics; running counts of
 * the few bins that are left are made here, which takes a third of the time of two windows over them.
 */
export async function readPercentiles(db: Db, question: PercentileQuestion): Promise<Map<string, Percentiles>> {
  const { by, measure } = question;
  const merged = (from: RawBuilder<unknown>) => sql`
    select json_agg(bin) as bins, json_agg(n) as counts from (
      select bin, sum(n) as n from (select unnest(r.bins) as bin, unnest(r.counts::double precision[]) as n from ${from}) as part
      group by bin having sum(n) > 0) as counted`;
  const { rows } = await sql<Row>`
    select named.key, made.bins, made.counts ${binRows(question, { by, measure, merged })} where made.bins is not null`.execute(
    db,
  );
  return new Map(rows.map((row) => [percentileKey(row.key), percentilesOf(row)]));
}
