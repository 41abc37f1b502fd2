import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { compareWithRaw, dropOldCanaries, dropOldMinutes, knownTeams, pruneLedger } from '@telltale/store/rollup';
import type { AggregatorStats, CheckResult } from '../stats.ts';

const hourMs = 3_600_000;

/**
 * Hours before now whose buckets are compared, each hour twice: when it is over, and once more when what came late is in.
 * Batches that were folded within a day still have their ledger rows, so that neither reads whole days of records.
 */
const comparedAfterHours = [0, 21];
/** What a predecessor found is forgotten with it: the first check of a process looks at all that its last one looked at. */
const comparedFirst = comparedAfterHours.flatMap((hours) => [hours, hours + 1]);

/**
 * Compares the last hour of every team, and the one 21 hours before it, with the raw records (at first two hours each), then
 * removes what was kept long enough: one-minute rows, canaries, ledger rows. Once `signal` is aborted nothing more is begun, and
 * what was found is not told: the next process looks at all of it.
 */
export async function checkRollups(
  deps: { db: Db; clock: Clock; log: Log; stats: AggregatorStats },
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, log, stats } = deps;
  const now = clock.now();
  const compared = stats.check === null ? comparedFirst : comparedAfterHours;
  const ranges = compared.map((hours) => ({
    from: new Date(now - (hours + 1) * hourMs),
    to: new Date(now - hours * hourMs),
  }));
  const result: CheckResult = { at: new Date(now).toISOString(), teams: 0, differing: 0, stray_records: 0 };
  for (const teamId of await knownTeams(db)) {
    result.teams += 1;
    for (const range of ranges) {
      if (signal.aborted) return;
      const { differing, examples, strayRecords } = await compareWithRaw(db, teamId, range, { now, recent: true });
      result.differing += differing;
      result.stray_records += strayRecords;
      if (differing + strayRecords > 0) {
        log.error({ team: teamId, ...range, differing, strayRecords, examples }, 'rollups differ from raw records');
      }
    }
  }
  stats.check = result;
  await dropOldMinutes(db, now);
  await dropOldCanaries(db, now);
  await pruneLedger(db);
}
