import type { Clock } from '@telltale/runtime/clock';
import type { Db } from '@telltale/store/database';
import { foldTeam, teamsWithWork, type FoldReport } from '@telltale/store/rollup';
import type { AggregatorStats } from '../stats.ts';

/** Of the time that passes under load, folding takes at most this share. */
const share = 0.15;
/** A fold is never put off for longer than this, in ms. */
const longestRestMs = 1_000;

export type FoldAll = (signal: AbortSignal) => Promise<void>;

/**
 * One job: folds what every team has waiting, team by team, until nothing is left. Between folds of a team that keeps
 * filling it rests in proportion to what the fold took, so that folding stays a small share of the ingest's cost and
 * each fold takes more batches at once. A team that another aggregator folds is left to it.
 */
export function createFoldAll(options: {
  db: Db;
  clock: Clock;
  stats: AggregatorStats;
  /** Told what a fold changed, after its commit. */
  folded: (teamId: string, report: FoldReport) => Promise<void>;
}): FoldAll {
  const { db, clock, stats, folded } = options;

  const foldOne = async (teamId: string): Promise<boolean> => {
    const began = clock.monotonic();
    const report = await foldTeam(db, teamId, { now: clock.now() });
    if (report.batches === 0) return false;
    stats.last_fold_ms = clock.monotonic() - began;
    stats.batches_folded += report.batches;
    stats.records_folded += report.records;
    await folded(teamId, report);
    return true;
  };

  return async (signal) => {
    for (let more = true; more && !signal.aborted;) {
      more = false;
      const began = clock.monotonic();
      for (const teamId of await teamsWithWork(db)) {
        if (signal.aborted) return;
        if (await foldOne(teamId)) more = true;
      }
      const rest = Math.min(longestRestMs, ((clock.monotonic() - began) * (1 - share)) / share);
      if (more) await clock.sleep(rest, signal).catch(() => {});
    }
  };
}
