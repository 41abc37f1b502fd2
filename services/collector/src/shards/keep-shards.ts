import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { leaseBeatMs, type ShardLeases } from '@telltale/stream/shard-leases';
import type { Intake } from '../intake/intake.ts';
import type { CollectorStats } from '../stats.ts';

/**
 * Pending for this long without being in our hands: delivered to a reader that lost its lease before it could act, or on
 * a connection that broke before the answer came through. Taking over what somebody still stores costs only a repetition.
 */
const strandedMs = 3_000;
const sweepMs = 3_000;

/**
 * Keeps the leases, and has what is pending in a shard taken over: at once when the shard was just gained (its reader
 * died), and now and then for entries that somebody was given after he had lost it.
 */
export function keepShards(options: {
  leases: ShardLeases;
  intake: Intake;
  stats: CollectorStats;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  const { leases, intake, stats, clock, log } = options;
  let sweptAt = clock.monotonic();
  const loop = startLoop({
    name: 'shards',
    turn: async () => {
      const gained = await leases.refresh(intake.isBusy);
      for (const shard of gained) intake.recover(shard, { minIdleMs: 0, alone: true });
      stats.shards = leases.held().length;
      if (clock.monotonic() - sweptAt < sweepMs) return;
      sweptAt = clock.monotonic();
      for (const shard of leases.held()) {
        if (!intake.isBusy(shard)) intake.recover(shard, { minIdleMs: strandedMs, alone: true });
      }
    },
    everyMs: leaseBeatMs,
    maxBackoffMs: leaseBeatMs,
    clock,
    log,
  });
  return {
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
    },
  };
}
