import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { knownTeams, tidyBuckets } from '@telltale/store/rollup';

/** What a day of 10,000 agents takes is spread over its hours; a store that was never tidied is done in some of them. */
const mostMs = 20_000;

/** Puts the rows of past days in order, of every team, for a while or until `signal`; what is left is for the next hour. */
export async function tidyRollups(
  { db, clock, log }: { db: Db; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  let moved = 0;
  for (const teamId of await knownTeams(db)) {
    for (let more = true; more && !signal.aborted && clock.now() - now < mostMs;) {
      const step = await tidyBuckets(db, teamId, now);
      moved += step.rows;
      more = step.more;
    }
  }
  if (moved > 0) log.info({ rows: moved, ms: clock.now() - now }, 'put rows of past days in order');
}
