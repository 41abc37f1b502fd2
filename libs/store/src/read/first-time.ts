import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CubeName } from '../rollup/cubes.ts';
import { rollupRows, type SeriesFilter } from './rollup-rows.ts';
import type { Segment } from './span.ts';

const dayMs = 86_400_000;
type Rows = { teamId: string; cube: CubeName; filter: SeriesFilter };

/** When the first quarter hour with anything began, in epoch ms; found by its day, because days are few. */
export async function firstTime(db: Db, rows: Rows): Promise<number | null> {
  const first = async (segment: Segment): Promise<Date | null> => {
    const found = await sql<{ first: Date | null }>`
      select min(r.bucket) as first ${rollupRows({ ...rows, segments: [segment], exact: true })}`.execute(db);
    return found.rows[0]?.first ?? null;
  };
  const day = await first({ grain: 1440, from: null, to: null });
  if (day === null) return null;
  const within = { grain: 15 as const, from: day, to: new Date(day.getTime() + dayMs) };
  return ((await first(within)) ?? day).getTime();
}

/** When the last day with anything ends, in epoch ms; records of a clock that is ahead lie in days to come. */
export async function lastDayEnd(db: Db, rows: Rows): Promise<number | null> {
  const days: Segment = { grain: 1440, from: null, to: null };
  const found = await sql<{ last: Date | null }>`
    select max(r.bucket) as last ${rollupRows({ ...rows, segments: [days], exact: true })}`.execute(db);
  const last = found.rows[0]?.last ?? null;
  return last === null ? null : last.getTime() + dayMs;
}
