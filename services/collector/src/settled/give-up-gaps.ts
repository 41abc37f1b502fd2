import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { DatabaseHandle } from '@telltale/store/database';
import { closeOldGaps } from '@telltale/store/ingest';

const everyMs = 10 * 60_000;

/** Gives up gaps in the numbers of producers that nobody will ever fill. */
export function giveUpGaps(options: { pool: DatabaseHandle['pool']; clock: Clock; log: Log }): AsyncDisposable {
  const { pool, clock, log } = options;
  const turn = async (): Promise<void> => {
    const moved = await closeOldGaps(pool);
    if (moved > 0) log.warn({ producers: moved }, 'gaps in the numbers of producers were given up and booked');
  };
  return startLoop({ name: 'gaps', turn, everyMs, clock, log });
}
