import type { Clock } from '@telltale/runtime/clock';
import type { Failpoint } from '@telltale/runtime/failpoints';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { foldTeam, rollupLagMs, storeTrouble, teamsWithWork } from '@telltale/store/rollup';
import type { AggregatorStats } from '../stats.ts';
import type { Pace } from './pace.ts';
import type { PublishTotals } from './publish-totals.ts';

export type FoldDeps = {
  db: Db;
  publishTotals: PublishTotals;
  pace: Pace;
  clock: Clock;
  log: Log;
  stats: AggregatorStats;
  failpoint: Failpoint;
};

/** Folds one team once. What fails is tried again by the next fold; other teams do not wait for it. */
export async function foldOne({ db, publishTotals, log, stats, failpoint }: FoldDeps, teamId: string): Promise<number> {
  try {
    const report = await foldTeam(db, teamId, { beforeCommit: () => failpoint('aggregator.before_commit') });
    if (report.batches === 0) return 0;
    stats.folds += 1;
    stats.batches += report.batches;
    stats.records += report.records;
    stats.reason = null;
    await failpoint('aggregator.after_commit');
    await publishTotals(teamId, report);
    return report.batches;
  } catch (error) {
    stats.failures += 1;
    stats.reason = error instanceof Error ? error.message : String(error);
    // A server that is away or still starts is nobody's fault here, and the next fold comes in a second.
    log[storeTrouble(error) === 'away' ? 'warn' : 'error']({ err: error, team: teamId }, 'a team could not be folded');
    return 0;
  }
}

/**
 * One job at most: under steady load there is always more. A job that never ended would never have a lock again once Redis
 * lost it. The next one comes within a second.
 */
const longestMs = 30_000;

/** Folds what every team has, round by round, until nothing waits, a round could do nothing or half a minute is over. */
export async function foldWork(deps: FoldDeps, signal: AbortSignal): Promise<void> {
  const { db, pace, clock, stats } = deps;
  const until = clock.monotonic() + longestMs;
  for (let folded = 1; folded > 0 && clock.monotonic() < until && !signal.aborted;) {
    await pace.ready(signal);
    if (signal.aborted) return;
    const started = clock.monotonic();
    const before = stats.records;
    folded = 0;
    for (const teamId of await teamsWithWork(db)) {
      if (signal.aborted) return;
      folded += await foldOne(deps, teamId);
    }
    stats.rollup_lag_ms = Math.round(await rollupLagMs(db));
    const took = clock.monotonic() - started;
    if (folded > 0) stats.last_fold_ms = Math.round(took);
    pace.worked(took, stats.rollup_lag_ms, stats.records - before);
  }
}
