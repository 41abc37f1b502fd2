import type { Clock } from '@telltale/runtime/clock';

/** One timer for many due times: it rings at the earliest that was asked for, once. */
export function createAlarm({ clock, ring }: { clock: Clock; ring: () => void }) {
  let setFor = Number.POSITIVE_INFINITY;
  let nap = new AbortController();

  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (signal.aborted) return;
    setFor = Number.POSITIVE_INFINITY;
    ring();
  };

  return {
    /** `atMs` in the clock's monotonic time; Infinity asks for nothing. */
    set(atMs: number): void {
      if (atMs >= setFor) return;
      nap.abort();
      nap = new AbortController();
      setFor = atMs;
      void sleep(Math.max(0, atMs - clock.monotonic()), nap.signal);
    },
    [Symbol.dispose](): void {
      nap.abort();
      setFor = Number.NEGATIVE_INFINITY;
    },
  };
}
export type Alarm = ReturnType<typeof createAlarm>;
