import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { ensurePartitions } from '@telltale/store/migrate';

/** The hourly job: day partitions from yesterday to a week ahead. A refused one keeps its rows in the default partition. */
export async function makePartitions({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Promise<void> {
  const { made, refused } = await ensurePartitions(db, { now: clock.now() });
  if (made.length > 0) log.info({ partitions: made.length }, 'made partitions');
  if (refused.length > 0) log.warn({ refused }, 'the default partition already holds rows of these days');
}
