import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { classifyStoreError, isDiskFull } from '@telltale/store/ingest';
import type { CollectorStats } from '../stats.ts';

const firstWaitMs = 50;
const longestWaitMs = 5_000;

/**
 * Repeats an attempt until PostgreSQL has taken it, with back-off and jitter; nothing is acknowledged meanwhile and the
 * batch stays in memory. Rejects when the collector stops. A database that needs a repair is asked rarely and named.
 */
export async function untilStored<T>(
  attempt: () => Promise<T>,
  options: { clock: Clock; log: Log; stats: CollectorStats; signal: AbortSignal },
): Promise<T> {
  const { clock, log, stats, signal } = options;
  for (let failures = 0; ; failures++) {
    try {
      const result = await attempt();
      stats.state = 'running';
      stats.reason = null;
      return result;
    } catch (error) {
      const verdict = classifyStoreError(error);
      const full = isDiskFull(error);
      stats.state = full ? 'waiting_for_space' : verdict === 'stop' ? 'stopped_by_store' : 'waiting_for_store';
      stats.reason = error instanceof Error ? error.message : String(error);
      const ceiling = full || verdict === 'stop' ? longestWaitMs : Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
      const wait = ceiling * (0.5 + Math.random() / 2);
      const line = { err: error, verdict, wait_ms: Math.round(wait) };
      if (full) log.error(line, 'the disk of PostgreSQL is full: nothing can be stored until there is space');
      else if (verdict === 'stop') log.error(line, 'the store must be repaired before anything can be stored');
      else log.warn(line, 'the store took nothing');
      signal.throwIfAborted();
      await clock.sleep(wait, signal);
    }
  }
}
