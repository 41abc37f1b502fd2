import type { Clock } from '@telltale/runtime/clock';
import { exposeMetrics } from '@telltale/runtime/expose-metrics';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createDatabase } from '@telltale/store/database';
import { assertSchema } from '@telltale/store/migrate';
import { connectBlockingReader, connectWriter, disconnect, refuseEviction } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createLiveAppender } from '@telltale/stream/live-append';
import { createJobQueue } from '@telltale/stream/queues';
import { createShardConsumer } from '@telltale/stream/shard-consumer';
import { createShardLeases } from '@telltale/stream/shard-leases';
import { createFoldWaker } from '@telltale/stream/wake';
import { createCollectorMetrics } from './collector-metrics.ts';
import type { CollectorConfig } from './config.ts';
import { blockMs, startIntake } from './intake/intake.ts';
import { createStoreGroup } from './intake/store-group.ts';
import { keepAllowedLabels } from './labels/allowed-labels.ts';
import { keepTeamPrices } from './money/team-prices.ts';
import { keepShards } from './shards/keep-shards.ts';
import { trimShards } from './shards/trim-shards.ts';
import { giveUpGaps } from './settled/give-up-gaps.ts';
import { tellSettled } from './settled/tell-settled.ts';
import { watchSpace } from './space/watch-space.ts';
import { emptyStats } from './stats.ts';

const heartbeatMs = 2_000;
/** A COPY of the largest group takes a second; what takes this long hangs, and is tried again. */
const statementTimeoutMs = 30_000;

/**
 * Turns batches of the stream into rows, exactly once in effect: several collectors share the shards, and one that dies
 * loses nothing but a few seconds. Throws when the schema is not the one it knows or Redis may evict.
 */
export async function createCollector(options: {
  config: CollectorConfig;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const { config, clock, log } = options;
  const { redisUrl, failpoint } = config;
  const instanceId = createUuidV7(clock.now)();
  const lifecycle = createLifecycle({ log });
  // With Redis away a stop is still a good stop: leases and heartbeats run out by themselves.
  const forgotten = (error: unknown): void => log.warn({ err: error }, 'could not say good-bye');
  try {
    const database = lifecycle.use(
      'database',
      createDatabase({
        url: config.databaseUrl,
        max: 4,
        applicationName: 'telltale-collector',
        statementTimeoutMs,
        onIdleError: (error) => log.warn({ err: error }, 'a connection of the store broke'),
      }),
    );
    await assertSchema(database.kysely);

    const redis = await connectWriter({ url: redisUrl, name: 'telltale-collector' });
    lifecycle.defer('redis', () => disconnect(redis));
    await refuseEviction(redis);
    const reading = { url: redisUrl, name: 'telltale-collector-reader', longestBlockMs: blockMs };
    const reader = await connectBlockingReader(reading);
    lifecycle.defer('reader', () => disconnect(reader));

    const queue = lifecycle.use('queue', await createJobQueue(redisUrl));
    const waker = createFoldWaker({ queue, log });
    lifecycle.defer('waker', () => waker[Symbol.dispose]());

    const stats = emptyStats();
    const labels = lifecycle.use('labels', keepAllowedLabels({ db: database.kysely, clock, log }));
    const metrics = createCollectorMetrics({ redis, countOutside: labels.countOutside });
    const shown = { metrics: metrics.exposed, host: config.host, port: config.metricsPort };
    lifecycle.use('metrics', await exposeMetrics({ ...shown, log }));
    const heartbeat = createHeartbeat({ redis, service: 'collector', instanceId, now: clock.now });
    lifecycle.defer('heartbeat', () => heartbeat.end().catch(forgotten));
    const { databaseFolder: folder, minFreeSpace: floor } = config;
    const space = folder === undefined ? null : lifecycle.use('space', watchSpace({ folder, floor, clock, log }));
    const beat = (): Promise<void> => {
      const reason = space?.reason() ?? null;
      return heartbeat.beat(reason === null ? { ...stats } : { ...stats, state: 'waiting_for_space', reason });
    };
    const beating = { name: 'heartbeat', turn: beat, everyMs: heartbeatMs, clock, log };
    lifecycle.use('beating', startLoop({ ...beating, maxBackoffMs: heartbeatMs }));

    const leases = createShardLeases({ redis, instanceId, monotonic: clock.monotonic });
    lifecycle.defer('leases', () => leases.release().catch(forgotten));
    const hooks = { beforeCommit: () => failpoint('collector.before_commit') };
    const prices = lifecycle.use('prices', keepTeamPrices({ db: database.kysely, clock, log }));
    const settled = lifecycle.use('settled', tellSettled({ pool: database.pool, redis, clock, log }));
    lifecycle.use('gaps', giveUpGaps({ pool: database.pool, clock, log }));
    const intake = startIntake({
      consumer: createShardConsumer({ redis, reader, instanceId }),
      leases,
      store: createStoreGroup({ pool: database.pool, pricesOf: prices.of, hooks }),
      live: createLiveAppender(redis),
      waker,
      settled,
      clock,
      log,
      stats,
      metrics,
      failpoint,
      interrupt: () => disconnect(reader),
      paused: () => space !== null && space.reason() !== null,
    });
    lifecycle.use('intake', intake);
    lifecycle.use('trim', trimShards({ redis, leases, stats, clock, log, failpoint }));
    lifecycle.use('shards', keepShards({ leases, intake, stats, clock, log }));
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}
