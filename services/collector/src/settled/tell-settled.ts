import { isStorableText } from '@telltale/contracts/text';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { DatabaseHandle } from '@telltale/store/database';
import { readEpoch, readSettled, recentProducers, type ProducerName } from '@telltale/store/ingest';
import type { StreamConnection } from '@telltale/stream/connect';
import { readStoreEpoch, writeSettled, writeStoreEpoch } from '@telltale/stream/settled';

const everyMs = 5_000;
/** Between two answers under load, so that many batches of one producer are one word. */
const gatherMs = 50;
const atATime = 500;

export type SettledTeller = AsyncDisposable & {
  /** Batches of these producers were committed now, or were there already. */
  touch(producers: readonly ProducerName[]): void;
};

/**
 * Tells producers how far they are stored: what was touched at once, everybody heard of lately after a restore of the
 * store or a loss of Redis's data. The store's epoch is shown last, so that who meets a new one finds its answer there.
 */
export function tellSettled(options: {
  pool: DatabaseHandle['pool'];
  redis: StreamConnection;
  clock: Clock;
  log: Log;
}): SettledTeller {
  const { pool, redis, clock, log } = options;
  let touched = new Map<string, ProducerName>();

  const tell = async (producers: readonly ProducerName[], store_epoch: string): Promise<void> => {
    for (let from = 0; from < producers.length; from += atATime) {
      const rows = await readSettled(pool, producers.slice(from, from + atATime));
      await writeSettled(
        redis,
        rows.map((row) => ({ ...row, store_epoch })),
      );
    }
  };

  const tellAll = async (epoch: string): Promise<void> => {
    for (let page = await recentProducers(pool, null, atATime); page.length > 0;) {
      await tell(page, epoch);
      page = await recentProducers(pool, page.at(-1) ?? null, atATime);
    }
    await writeStoreEpoch(redis, epoch);
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    const mine = touched;
    touched = new Map();
    try {
      const [epoch, shown] = await Promise.all([readEpoch(pool), readStoreEpoch(redis)]);
      if (shown !== epoch) await tellAll(epoch);
      await tell([...mine.values()], epoch);
    } catch (error) {
      for (const [name, producer] of mine) touched.set(name, producer);
      throw error;
    }
    if (mine.size > 0) await clock.sleep(gatherMs, signal).catch(() => undefined);
  };

  const loop = startLoop({ name: 'settled', turn, everyMs, maxBackoffMs: everyMs, clock, log });
  return {
    touch(producers) {
      for (const producer of producers) {
        const name = `${producer.teamId}\n${producer.producerId}`;
        // PostgreSQL would refuse the question about everybody. No door lets such a name in, so nobody of it asks.
        if (isStorableText(name)) touched.set(name, producer);
      }
      loop.wake();
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
