import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { analyzeGrown } from '@telltale/store/rollup';

/** Has the planner know of what grew fast, so that questions about it are answered soon. */
export async function keepStatistics({ db, log }: { db: Db; log: Log }): Promise<void> {
  const tables = await analyzeGrown(db);
  if (tables.length > 0) log.info({ tables }, 'tables that grew were analyzed');
}
