import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { StreamConnection } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';

const everyMs = 2_000;

/** Lets the other gateways know that this one is there, until disposed, and then says good-bye. */
export function keepBeating(options: { redis: StreamConnection; clock: Clock; log: Log }): AsyncDisposable {
  const { redis, clock, log } = options;
  const instanceId = createUuidV7(clock.now)();
  const heartbeat = createHeartbeat({ redis, service: 'gateway', instanceId, now: clock.now });
  const loop = startLoop({
    name: 'heartbeat',
    turn: () => heartbeat.beat(),
    everyMs,
    maxBackoffMs: everyMs,
    clock,
    log,
  });
  return {
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      // With Redis away a stop is still a good stop: the heartbeat runs out by itself.
      await heartbeat.end().catch((error: unknown) => log.warn({ err: error }, 'could not say good-bye'));
    },
  };
}
