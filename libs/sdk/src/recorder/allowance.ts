import type { Clock } from '@telltale/runtime/clock';

/** A token bucket: `burst` at once, then `perSecond`. `take` gives 0 and takes one, or says how long to wait in ms. */
export function createAllowance(options: { clock: Pick<Clock, 'monotonic'>; perSecond: number; burst: number }) {
  const { clock, perSecond, burst } = options;
  let tokens = burst;
  let at = clock.monotonic();
  return {
    take(): number {
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + ((now - at) / 1_000) * perSecond);
      at = now;
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1_000);
      tokens -= 1;
      return 0;
    },
  };
}
