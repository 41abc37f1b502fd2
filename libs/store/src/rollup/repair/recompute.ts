import { sql } from 'kysely';
import type { Db, DbTransaction } from '../../database.ts';
import { oldestMinute } from '../fold/fold-team.ts';
import { binsByGrain } from '../fold/merge-bins.ts';
import { cellsByGrain, measureNames, mergeSeries } from '../fold/merge-cells.ts';
import { waitForTeam } from '../fold/take-batches.ts';
import { replaceEndpoints } from './endpoints.ts';
import { fillRange, toQuarters, type Range } from './fill-range.ts';
import { replaceMemory } from './memory.ts';
import { relabelCalls } from './relabel-calls.ts';
import { binLevels, binsOf, binsOfLevel, cellsOfLevel, levels, rowsOf, spanOf } from './sum-up.ts';
import { replaceTotals } from './totals.ts';

const short = [1, 15] as const;

/** Series with rows in the range, as they are and as they should be. */
async function findSeries(trx: DbTransaction, teamId: string, range: Range): Promise<void> {
  await sql`insert into fold_series select series_id from fold_cell union
    select series_id from rollup where team_id = ${teamId} and grain in (1, 15)
      and bucket >= ${range.from} and bucket < ${range.to}`.execute(trx);
}

async function replaceShort(trx: DbTransaction, teamId: string, range: Range, minutesSince: Date): Promise<void> {
  const span = sql`bucket >= ${range.from} and bucket < ${range.to}`;
  const wanted = { minutesSince, grains: short };
  for (const grain of short) {
    await sql`delete from rollup where ${rowsOf(teamId, grain, span)}`.execute(trx);
    await sql`delete from rollup_bin where ${binsOf(teamId, grain, span)}`.execute(trx);
  }
  await sql`insert into rollup (team_id, cube, grain, bucket, series_id, ${measureNames})
    select ${teamId}, cells.* from (${cellsByGrain(wanted)}) cells`.execute(trx);
  await sql`insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
    select ${teamId}, made.* from (${binsByGrain(wanted)}) made`.execute(trx);
}

async function replaceLevels(trx: DbTransaction, teamId: string, range: Range): Promise<void> {
  for (const level of levels) {
    const span = spanOf(level, range);
    await sql`delete from rollup where ${rowsOf(teamId, level.grain, span)}`.execute(trx);
    await sql`insert into rollup (team_id, cube, grain, bucket, series_id, ${measureNames})
      select ${teamId}, cells.* from (${cellsOfLevel(teamId, level, range)}) cells`.execute(trx);
  }
  for (const level of binLevels) {
    const span = spanOf(level, range);
    await sql`delete from rollup_bin where ${binsOf(teamId, level.grain, span)}`.execute(trx);
    await sql`insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
      select ${teamId}, made.* from (${binsOfLevel(teamId, level, range)}) made`.execute(trx);
  }
}

/**
 * Makes the rollups of a range anew from folded raw records and from calls; minutes and quarter hours of the range, then
 * the longer buckets and the totals of every series in it, and what its agents did with their memory. The range must lie where raw records are still kept: what is gone
 * would be counted as nothing. Waits for a fold of the team, and lets none in.
 */
export async function recompute(db: Db, teamId: string, wanted: Range, now = Date.now()): Promise<Range> {
  const range = toQuarters(wanted);
  await db.transaction().execute(async (trx) => {
    await waitForTeam(trx, teamId);
    await relabelCalls(trx, teamId, range);
    const minutesSince = oldestMinute(now);
    const scope = await fillRange(trx, teamId, range, { minutesSince });
    await findSeries(trx, teamId, range);
    await mergeSeries(trx, teamId);
    await replaceShort(trx, teamId, range, minutesSince);
    await replaceLevels(trx, teamId, range);
    await replaceTotals(trx, teamId);
    await replaceEndpoints(trx, { scope, range, minutesSince });
    await replaceMemory(trx, scope);
  });
  return range;
}
