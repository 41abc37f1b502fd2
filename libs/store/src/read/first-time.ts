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

/** The days that have anything, as their beginnings in UTC (epoch ms), in order: days of a period that is long may be few. */
export async function daysWithin(
  db: Db,
  rows: Rows,
  { from, to }: { from: number | null; to: number | null },
): Promise<number[]> {
  const since = from === null ? null : new Date(Math.floor(from / dayMs) * dayMs);
  const days: Segment = { grain: 1440, from: since, to: to === null ? null : new Date(to) };
  const { rows: found } = await sql<{ day: Date }>`
    select distinct r.bucket as day ${rollupRows({ ...rows, segments: [days], exact: true })} order by 1`.execute(db);
  return found.map(({ day }) => day.getTime());
}
