import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createDatabase } from '@telltale/store/database';
import { assertSchema } from '@telltale/store/migrate';
import { rollupLagMs } from '@telltale/store/rollup';
import { connectWriter, disconnect, refuseEviction } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createJobQueue, createJobWorker } from '@telltale/stream/queues';
import type { AggregatorConfig } from './config.ts';
import { createFoldAll } from './fold/fold-all.ts';
import { makePartitions } from './partitions/make-partitions.ts';
import { emptyStats } from './stats.ts';

const heartbeatMs = 2_000;
/** The tick of its own, for the batches whose wake-up was lost. */
const foldEveryMs = 2_000;
const partitionsEveryMs = 60 * 60_000;

/**
 * Makes rollups, calls and states of what collectors committed. Several may run: a team is folded by one at a time.
 * Throws when the schema is not the one it knows or Redis may evict.
 */
export async function createAggregator(options: {
  config: AggregatorConfig;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const { config, clock, log } = options;
  const lifecycle = createLifecycle({ log });
  const forgotten = (error: unknown): void => log.warn({ err: error }, 'could not say good-bye');
  try {
    const database = lifecycle.use(
      'database',
      createDatabase({
        url: config.databaseUrl,
        max: 4,
        applicationName: 'telltale-aggregator',
        onIdleError: (error) => log.warn({ err: error }, 'a connection of the store broke'),
      }),
    );
    const db = database.kysely;
    await assertSchema(db);

    const redis = await connectWriter({ url: config.redisUrl, name: 'telltale-aggregator' });
    lifecycle.defer('redis', () => disconnect(redis));
    await refuseEviction(redis);
    const queue = lifecycle.use('queue', await createJobQueue(config.redisUrl));

    const stats = emptyStats();
    const instanceId = createUuidV7(clock.now)();
    const heartbeat = createHeartbeat({ redis, service: 'aggregator', instanceId, now: clock.now });
    lifecycle.defer('heartbeat', () => heartbeat.end().catch(forgotten));
    const beat = async (): Promise<void> => {
      stats.rollup_lag_ms = await rollupLagMs(db);
      await heartbeat.beat({ ...stats });
    };
    const beating = { name: 'heartbeat', turn: beat, everyMs: heartbeatMs, clock, log, maxBackoffMs: heartbeatMs };
    lifecycle.use('beating', startLoop(beating));

    const fold = createFoldAll({ db, clock, stats, folded: async () => {} });
    const worker = { redisUrl: config.redisUrl, log };
    lifecycle.use('folding', await createJobWorker({ ...worker, handlers: { fold: (_none, signal) => fold(signal) } }));
    const partitions = (): Promise<void> => makePartitions({ db, clock, log });
    lifecycle.use('maintenance', await createJobWorker({ ...worker, handlers: { partitions } }));

    const scheduling = async (): Promise<void> => {
      await queue.scheduleEvery('fold', foldEveryMs, {});
      await queue.scheduleEvery('partitions', partitionsEveryMs, {});
    };
    // Again and again, because a wiped Redis forgets schedules too.
    lifecycle.use('scheduling', startLoop({ name: 'scheduling', turn: scheduling, everyMs: 15_000, clock, log }));
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}
