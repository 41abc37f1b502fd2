import { systemTeam } from '@telltale/contracts/system-team';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { readLiveTotals, type FoldReport } from '@telltale/store/rollup';
import type { StreamConnection } from '@telltale/stream/connect';
import type { LiveAppender } from '@telltale/stream/live-append';
import { hasViewers } from '@telltale/stream/viewers';

/** One live entry stays small however many agents a fold touched. */
const agentsPerEntry = 200;

export type PublishTotals = (teamId: string, report: FoldReport) => Promise<void>;

/**
 * After a fold, the new totals of what it touched go to the team's viewers. They are whole values, so a lost one is
 * made good by the next; a Redis that does not answer never holds up folding.
 */
export function createTotalsPublisher(deps: {
  db: Db;
  redis: StreamConnection;
  live: LiveAppender;
  clock: Clock;
  log: Log;
}): PublishTotals {
  const { db, redis, live, clock, log } = deps;
  return async (teamId, { touched, deliveryLagMs }) => {
    // The canary is a viewer of the system's team, but of records alone.
    if (teamId === systemTeam) return;
    try {
      if (!(await hasViewers(redis, teamId))) return;
      for (let from = 0; from < touched.agents.length; from += agentsPerEntry) {
        const agentIds = touched.agents.slice(from, from + agentsPerEntry);
        const totals = await readLiveTotals(db, { teamId, agentIds, now: clock.now(), deliveryLagMs });
        const isLast = from + agentsPerEntry >= touched.agents.length;
        await live.appendTotals(teamId, { totals: isLast ? totals : { ...totals, team: null } });
      }
    } catch (error) {
      log.warn({ err: error, team: teamId }, 'new totals could not be shown');
    }
  };
}
