import type { Clock } from '@telltale/runtime/clock';
import type { Failpoint } from '@telltale/runtime/failpoints';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { StreamConnection } from '@telltale/stream/connect';
import type { ShardLeases } from '@telltale/stream/shard-leases';
import { trimAcknowledged } from '@telltale/stream/trim';
import type { CollectorStats } from '../stats.ts';

const everyMs = 2_000;

/** Frees the memory of acknowledged batches, on the shards this collector reads. */
export function trimShards(options: {
  redis: StreamConnection;
  leases: ShardLeases;
  stats: CollectorStats;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
}): AsyncDisposable {
  const { redis, leases, stats, clock, log, failpoint } = options;
  return startLoop({
    name: 'trim',
    turn: async () => {
      await failpoint('collector.before_trim');
      for (const shard of leases.held()) stats.trimmed += await trimAcknowledged(redis, shard);
    },
    everyMs,
    clock,
    log,
  });
}
