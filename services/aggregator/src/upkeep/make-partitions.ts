import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { ensurePartitions } from '@telltale/store/migrate';
import type { AggregatorStats } from '../stats.ts';

/** Day partitions from yesterday to a week ahead. */
export async function makePartitions(deps: { db: Db; clock: Clock; log: Log; stats: AggregatorStats }): Promise<void> {
  const { db, clock, log, stats } = deps;
  const { made, refused } = await ensurePartitions(db, { now: clock.now() });
  stats.partitions_refused = refused.length;
  if (made.length > 0) log.info({ made: made.length }, 'made day partitions');
  if (refused.length > 0) log.warn({ refused }, 'rows of these days stay in the default partition');
}
