import type { Clock } from '@telltale/runtime/clock';
import { exposeMetrics } from '@telltale/runtime/expose-metrics';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createDatabase, foldSettings } from '@telltale/store/database';
import { assertSchema } from '@telltale/store/migrate';
import { rollupLagMs, storeTrouble } from '@telltale/store/rollup';
import { connectWriter, disconnect, refuseEviction } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createLiveAppender } from '@telltale/stream/live-append';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { createJobQueue, createJobWorker } from '@telltale/stream/queues';
import { createAggregatorMetrics } from './aggregator-metrics.ts';
import type { AggregatorConfig } from './config.ts';
import { foldWork } from './fold/fold-work.ts';
import { createPace } from './fold/pace.ts';
import { createTotalsPublisher } from './fold/publish-totals.ts';
import { repriceWork, resumeReprices } from './reprice/reprice-work.ts';
import { repairWork, resumeRepairs } from './repair/repair-work.ts';
import { emptyStats } from './stats.ts';
import { checkRollups } from './upkeep/check-rollups.ts';
import { closeLostRuns } from './upkeep/close-lost-runs.ts';
import { keepRetention } from './upkeep/keep-retention.ts';
import { keepStatistics } from './upkeep/keep-statistics.ts';
import { makePartitions } from './upkeep/make-partitions.ts';
import { tidyRollups } from './upkeep/tidy-rollups.ts';

const heartbeatMs = 2_000;
/** Without a wake-up by a collector, rollups are this late at most. */
const foldEveryMs = 1_000;
const statisticsEveryMs = 5_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const scheduleEveryMs = 15_000;

/**
 * Makes rollups, calls and states of what collectors committed. Several aggregators share the teams: each team is folded
 * by one at a time, and one that dies loses nothing. Throws when the schema is not the one it knows or
 * Redis may evict.
 */
export async function createAggregator(options: {
  config: AggregatorConfig;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const { config, clock, log } = options;
  const { redisUrl, failpoint } = config;
  const lifecycle = createLifecycle({ log });
  try {
    const database = lifecycle.use(
      'database',
      createDatabase({
        url: config.databaseUrl,
        max: 4,
        applicationName: 'telltale-aggregator',
        isBackground: true,
        settings: foldSettings,
        onIdleError: (error) => log.warn({ err: error }, 'a connection of the store broke'),
      }),
    );
    const db = database.kysely;
    await assertSchema(db);
    const stats = emptyStats();
    await makePartitions({ db, clock, log, stats });

    const redis = await connectWriter({ url: redisUrl, name: 'telltale-aggregator' });
    lifecycle.defer('redis', () => disconnect(redis));
    await refuseEviction(redis);

    const instanceId = createUuidV7(clock.now)();
    const heartbeat = createHeartbeat({ redis, service: 'aggregator', instanceId, now: clock.now });
    // With Redis away a stop is still a good stop: the heartbeat runs out by itself.
    const forgotten = (error: unknown): void => log.warn({ err: error }, 'could not say good-bye');
    lifecycle.defer('heartbeat', () => heartbeat.end().catch(forgotten));
    const beat = async (): Promise<void> => {
      stats.rollup_lag_ms = Math.round(await rollupLagMs(db));
      await heartbeat.beat({ ...stats });
    };
    const beating = { name: 'heartbeat', turn: beat, everyMs: heartbeatMs, maxBackoffMs: heartbeatMs };
    lifecycle.use('beating', startLoop({ ...beating, clock, log }));
    const metrics = createAggregatorMetrics(db, stats);
    lifecycle.use('metrics', await exposeMetrics({ metrics, host: config.host, port: config.metricsPort, log }));

    const publishTotals = createTotalsPublisher({ db, redis, live: createLiveAppender(redis), clock, log });
    const folding = { db, publishTotals, pace: createPace(clock), clock, log, stats, failpoint };
    const upkeep = { db, clock, log, stats };
    // While PostgreSQL is away or still starts; the schedule brings each of these jobs again.
    const isPassing = (error: unknown): boolean => storeTrouble(error) === 'away';
    const working = { redisUrl, log, isPassing };
    const fold = await createJobWorker({ ...working, handlers: { fold: (_, signal) => foldWork(folding, signal) } });
    lifecycle.use('fold worker', fold);
    const publisher = createBatchPublisher(redis);
    const handlers = {
      partitions: () => makePartitions(upkeep),
      check_rollups: async (_: unknown, signal: AbortSignal) => {
        await checkRollups(upkeep, signal);
        await tidyRollups(upkeep, signal);
      },
      retention: (_: unknown, signal: AbortSignal) => keepRetention({ ...upkeep, rules: config.retention }, signal),
      lost_runs: async () => {
        const { lostAfterMs } = config;
        if (lostAfterMs !== null) await closeLostRuns({ db, publish: publisher.publish, lostAfterMs, clock, log });
      },
    };
    const analyzing = { name: 'statistics', turn: () => keepStatistics(upkeep), everyMs: statisticsEveryMs };
    lifecycle.use('statistics', startLoop({ ...analyzing, clock, log }));
    lifecycle.use('upkeep worker', await createJobWorker({ ...working, handlers }));

    const reprice = await createJobWorker({
      ...working,
      handlers: { reprice: (payload, signal) => repriceWork(folding, payload, signal) },
    });
    lifecycle.use('reprice worker', reprice);

    const repair = await createJobWorker({
      ...working,
      handlers: { repair: (payload, signal) => repairWork({ db, clock, log }, payload, signal) },
    });
    lifecycle.use('repair worker', repair);

    const queue = lifecycle.use('queue', await createJobQueue(redisUrl));
    let starter: string | undefined = `:${instanceId}`;
    const turn = async (): Promise<void> => {
      await queue.scheduleEvery('fold', foldEveryMs, {});
      await queue.scheduleEvery('partitions', hourMs, {});
      await queue.scheduleEvery('lost_runs', minuteMs, {});
      await queue.scheduleEvery('check_rollups', hourMs, {});
      await queue.scheduleEvery('retention', hourMs, {});
      await resumeReprices({ db, queue, starter });
      await resumeRepairs({ db, queue, starter });
      // An hour may pass until the next one, and rows that differ would look well until then.
      if (starter !== undefined) await queue.enqueue('check_rollups', {}, { dedupe: `check_rollups${starter}` });
      starter = undefined;
    };
    // Again and again, because a wiped Redis forgets its schedules too.
    lifecycle.use('scheduling', startLoop({ name: 'scheduling', turn, everyMs: scheduleEveryMs, clock, log }));
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}
