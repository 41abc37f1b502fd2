import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import {
  eachKey,
  isTotalCube,
  keyColumns,
  keyTotals,
  keyValues,
  lastCallAt,
  summedTotals,
  totalDims,
  totalMeasures,
  totalSpan,
  totalSums,
  type KeyTotals,
} from '../fold/merge-totals.ts';

const touchedSeries = sql`series_id in (select series_id from fold_series)`;
const quarters = sql`filter (where grain = 15)`;
const days = sql`filter (where grain = 1440)`;

/** What a day tells where its quarter hours are gone: that a unit can have had something all day, or only that some of the day. */
type OfDay = 'all' | 'some';

/** The end of the last bucket of a series for which `is` holds. */
function lastOf(is: RawBuilder<unknown>, ofDay: OfDay): RawBuilder<unknown> {
  const [quarter, day] = [
    sql`max(bucket) filter (where grain = 15 and ${is})`,
    sql`max(bucket) filter (where grain = 1440 and ${is})`,
  ];
  return sql`case when ${quarter} >= ${day} then ${quarter} + interval '14 minutes'
    else ${day} + interval ${sql.lit(ofDay === 'all' ? '24 hours' : '14 minutes')} end`;
}

/** The begin of the first one. */
const firstOf = (ofDay: OfDay): RawBuilder<unknown> => sql`
  case when min(bucket) ${quarters} < min(bucket) ${days} + interval '24 hours' then min(bucket) ${quarters}
    else min(bucket) ${days} + interval ${sql.lit(ofDay === 'all' ? '0' : '1425 minutes')} end`;

/**
 * What the totals of the touched units are by their rollups: the sums of all time, and the span from the first bucket to
 * the end of the last. Quarter hours may be gone where days are still kept.
 */
const unitTotals = (teamId: string, ofDay: OfDay): RawBuilder<unknown> => sql`
  select series_id, cube, ${totalDims}, ${totalSpan}, ${totalSums}
  from (select * from series where team_id = ${teamId} and ${isTotalCube('cube')} and ${touchedSeries}) s
  join (select series_id, ${totalSums} from rollup where team_id = ${teamId} and grain = 0 and ${touchedSeries}) r
    using (series_id)
  join (select series_id, ${firstOf(ofDay)} as first_at,
      ${lastOf(sql`true`, ofDay)} as last_at, ${lastOf(sql`llm_calls is not null`, ofDay)} as last_call_at
    from rollup where team_id = ${teamId} and grain in (15, 1440) and ${touchedSeries} group by 1) span
    using (series_id)`;

/** Keys of the totals that the touched units are a part of. */
const touchedKeys = (teamId: string, totals: KeyTotals): RawBuilder<unknown> => sql`
  select ${keyValues(totals)} from ${eachKey('series', totals)} and team_id = ${teamId} and ${touchedSeries}`;

/** The totals with those keys. */
const ofTouchedKeys = (teamId: string, totals: KeyTotals): RawBuilder<unknown> =>
  sql`team_id = ${teamId} and (${keyColumns(totals)}) in (${touchedKeys(teamId, totals)})`;

/**
 * What those are: the sums of all their units. `is true` has the keys looked up in a hash: a planner that joins them takes
 * them for a handful, whatever it knows of the units, and compares each of them with each unit.
 */
const summedKeys = (teamId: string, totals: KeyTotals): RawBuilder<unknown> => sql`
  select ${keyValues(totals)}, min(first_at) as first_at, max(last_at) as last_at,
    max(${lastCallAt('unit_total')}) as last_call_at, ${summedTotals}
  from ${eachKey('unit_total', totals)} and team_id = ${teamId}
    and ((${keyValues(totals)}) in (${touchedKeys(teamId, totals)})) is true group by ${keyValues(totals)}`;

/** Makes the totals of the touched units, and of their sessions, tasks and runs, anew from their rollups. */
export async function replaceTotals(trx: DbTransaction, teamId: string): Promise<void> {
  await sql`delete from unit_total where team_id = ${teamId} and ${touchedSeries}`.execute(trx);
  await sql`insert into unit_total (team_id, series_id, cube, ${totalDims}, ${totalSpan}, ${totalSums})
    select ${teamId}, made.* from (${unitTotals(teamId, 'all')}) made`.execute(trx);
  for (const totals of keyTotals) {
    const table = sql.table(totals.table);
    await sql`delete from ${table} where ${ofTouchedKeys(teamId, totals)}`.execute(trx);
    // Their spans are of whole quarter hours, and a row of zeros makes them too long.
    await sql`insert into ${table} (team_id, ${keyColumns(totals)}, ${totalSpan}, ${totalSums}, loose)
      select ${teamId}, made.*, true from (${summedKeys(teamId, totals)}) made`.execute(trx);
  }
}

const zeroed = (side: string): RawBuilder<unknown> =>
  sql.join(totalMeasures.map((name) => sql`coalesce(${sql.ref(`${side}.${name}`)}, 0)`));

/** Other sums, or a span that leaves out its first or last quarter hour, or that of the last call. */
const differs = sql`(${zeroed('s')}) is distinct from (${zeroed('a')}) or a.first_at is null
  or a.first_at >= s.first_at + interval '15 minutes' or a.last_at < s.last_at - interval '14 minutes'
  or coalesce(${lastCallAt('a')}, '-infinity') < s.last_call_at - interval '14 minutes'`;

const differingKeys = (teamId: string, totals: KeyTotals): RawBuilder<unknown> => sql`
  select dim, md5(row(${keyColumns(totals)})::text)::uuid from (${summedKeys(teamId, totals)}) s
  full join (select * from ${sql.table(totals.table)} where ${ofTouchedKeys(teamId, totals)}) a
    using (${keyColumns(totals)}) where ${differs}`;

/** Totals of the touched units that are not what their rollups say, in the shape of a difference. */
export const differingTotals = (teamId: string): RawBuilder<unknown> => sql`
  select cube, series_id, 0::smallint as grain, timestamptz 'epoch' as bucket, 'total'::text as measure from (
    select s.cube, series_id from (${unitTotals(teamId, 'some')}) s
    full join (select * from unit_total where team_id = ${teamId} and ${touchedSeries}) a using (series_id) where ${differs}
    union all ${sql.join(
      keyTotals.map((totals) => differingKeys(teamId, totals)),
      sql` union all `,
    )}) wrong`;
