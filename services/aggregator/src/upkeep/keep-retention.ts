import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import {
  countDefaults,
  emptyDefaults,
  expireRaw,
  expireRollups,
  noteBatchClock,
  type RetentionRules,
} from '@telltale/store/rollup';
import type { AggregatorStats } from '../stats.ts';

/**
 * Gives stray rows a day of their own, then removes what was kept long enough. What could not go (somebody reads it, or it
 * is not rolled up) is tried again by the next run. Once `signal` is aborted no further day is begun.
 */
export async function keepRetention(
  deps: { db: Db; clock: Clock; log: Log; stats: AggregatorStats; rules: RetentionRules },
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, log, stats, rules } = deps;
  const now = clock.now();
  await noteBatchClock(db, now);
  const made = await emptyDefaults(db, now, signal);
  if (made > 0) log.info({ made }, 'rows of default partitions got days of their own');
  const { dropped, waiting, records, overSize } = await expireRaw(db, rules, now, signal);
  const rollups = signal.aborted ? 0 : await expireRollups(db, now - rules.rollupsMs);
  const strays = await countDefaults(db, now);
  stats.retention = { at: new Date(now).toISOString(), expired: records, over_size: overSize, ...strays };
  if (dropped.length > 0) log.info({ dropped, records, rollups }, 'removed what was kept long enough');
  if (waiting.length > 0) log.warn({ waiting }, 'these days stay until they are rolled up and nobody uses them');
  if (overSize)
    log.error({ ceiling_bytes: rules.sizeBytes }, 'the store is above its ceiling, and nothing more may go');
  if (strays.quarantined > 0) log.warn(strays, 'records claim times outside the window that has days');
}
