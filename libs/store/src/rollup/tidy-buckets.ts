import { sql } from 'kysely';
import type { Db, DbTransaction } from '../database.ts';
import { cubes, type Grain } from './cubes.ts';
import { waitForTeam } from './fold/take-batches.ts';

const dayMs = 86_400_000;
/** A day is put in order when it has been over for so long: what comes later lies where there is room. */
const restMs = 3 * 3_600_000;
/** Series of one step, at most: with 96 rows each a fold waits for a quarter of a second. */
const seriesAtATime = 200;

/** Days whose rows of a day lie together. */
const daysTogether = 8;

/** Cubes whose rows are read over weeks and months: those that totals by hour, or by the days of a zone, are of. */
const wide = cubes
  .filter(({ dims, families }) => !dims.includes('session_id') && families.includes('llm'))
  .map(({ name }) => name);

/** `day`: what was worked on, null when there was nothing to do; `more`: whether a further step has something to do. */
export type TidyReport = { day: string | null; rows: number; more: boolean };

type Place = { day: Date; series_id: string | null };

/** Where the last step ended; what lies between two days of which there is something is passed over. */
async function findPlace(trx: DbTransaction, teamId: string): Promise<Place | null> {
  const { rows } = await sql<Place>`
    select day::timestamp at time zone 'UTC' as day, series_id from tidied_quarters where team_id = ${teamId}`.execute(
    trx,
  );
  const [reached] = rows;
  if (reached !== undefined && reached.series_id !== null) return reached;
  const { rows: firsts } = await sql<{ day: Date | null }>`
    select date_bin('24 hours', min(r.bucket), timestamptz 'epoch') as day
    from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 15
    where s.team_id = ${teamId} and s.cube = 'team' and s.session_id is null and s.task_id is null and s.run_id is null
      and (${reached?.day ?? null}::timestamptz is null or r.bucket >= ${reached?.day ?? null}::timestamptz)`.execute(
    trx,
  );
  const day = firsts[0]?.day ?? null;
  return day === null ? null : { day, series_id: null };
}

async function nextSeries(trx: DbTransaction, teamId: string, after: string | null): Promise<string[]> {
  const { rows } = await sql<{ series_id: string }>`
    select series_id from series where team_id = ${teamId} and cube = any(${wide}::text[])
      and session_id is null and task_id is null and run_id is null
      and (${after}::uuid is null or series_id > ${after}::uuid)
    order by series_id limit ${seriesAtATime}`.execute(trx);
  return rows.map(({ series_id }) => series_id);
}

/** Takes the rows of some series out, of one length and `days` up to the end of a day, and writes them again, one beside the other. */
async function rewrite(
  trx: DbTransaction,
  { teamId, day, grain, days = 1 }: { teamId: string; day: Date; grain: Grain; days?: number },
  series: readonly string[],
): Promise<number> {
  if (series.length === 0) return 0;
  const [from, to] = [new Date(day.getTime() - (days - 1) * dayMs), new Date(day.getTime() + dayMs)];
  const { numAffectedRows } = await sql`
    with moved as (
      delete from rollup where team_id = ${teamId} and grain = ${sql.lit(grain)} and series_id = any(${[...series]}::uuid[])
        and bucket >= ${from}::timestamptz and bucket < ${to}::timestamptz returning *)
    insert into rollup select * from moved order by series_id, bucket`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

/**
 * Puts the rows of the next past day in order, some series at a time: a fold writes those of all series of one time
 * together, so that a month of one series lies on as many pages as it has rows, and a question about it looks into each, or
 * waits for those that are not in the cache. Quarter hours and buckets of two hours lie together by day, days by eight of
 * them. Changes where rows lie and nothing else. Holds the team's lock and writes in one transaction with how far it came, so that it goes on wherever it was
 * ended.
 */
export async function tidyBuckets(db: Db, teamId: string, now = Date.now()): Promise<TidyReport> {
  return db.transaction().execute(async (trx) => {
    await waitForTeam(trx, teamId);
    const place = await findPlace(trx, teamId);
    if (place === null || place.day.getTime() + dayMs + restMs > now) return { day: null, rows: 0, more: false };
    const { day } = place;
    const series = await nextSeries(trx, teamId, place.series_id);
    let rows = await rewrite(trx, { teamId, day, grain: 15 }, series);
    rows += await rewrite(trx, { teamId, day, grain: 120 }, series);
    if ((day.getTime() / dayMs) % daysTogether === daysTogether - 1) {
      rows += await rewrite(trx, { teamId, day, grain: 1440, days: daysTogether }, series);
    }
    const isOver = series.length < seriesAtATime;
    const next = isOver ? new Date(day.getTime() + dayMs) : day;
    const reached = isOver ? null : (series.at(-1) ?? null);
    await sql`insert into tidied_quarters (team_id, day, series_id)
      values (${teamId}, (${next}::timestamptz at time zone 'UTC')::date, ${reached}::uuid)
      on conflict (team_id) do update set day = excluded.day, series_id = excluded.series_id`.execute(trx);
    return { day: day.toISOString().slice(0, 10), rows, more: true };
  });
}
