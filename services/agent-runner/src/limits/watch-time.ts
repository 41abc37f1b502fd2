import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { LimitCheck } from './run-limits.ts';

const everyMs = 100;

/** Watches how long a run takes and how long it has been still. */
export function watchTime({
  check,
  isBusy,
  clock,
  log,
}: {
  check: LimitCheck;
  /** Something is under way that will be heard of when it is over, such as an open call. */
  isBusy: () => boolean;
  clock: Clock;
  log: Log;
}): AsyncDisposable & { active(): void } {
  const started = clock.monotonic();
  let lastActivity = started;
  const { timeout, idle } = check.limits;
  const turn = async (): Promise<void> => {
    const now = clock.monotonic();
    if (isBusy()) lastActivity = now;
    check.measured('timeout', now - started);
    check.measured('idle', now - lastActivity);
  };
  const loop =
    timeout === undefined && idle === undefined
      ? null
      : startLoop({ name: 'limits of time', turn, everyMs, clock, log });
  return {
    active() {
      lastActivity = clock.monotonic();
      check.calm('idle');
    },
    async [Symbol.asyncDispose]() {
      await loop?.[Symbol.asyncDispose]();
    },
  };
}
