import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export type LoopOptions = {
  name: string;
  /** One turn. Its number says how long to wait before the next, in ms; void means `everyMs`. */
  turn: (signal: AbortSignal) => Promise<number | void>;
  everyMs: number;
  clock: Clock;
  log: Log;
  random?: () => number;
  /** The longest wait after failures. */
  maxBackoffMs?: number;
};

export type Loop = AsyncDisposable & {
  /** Ends the current wait, or asks for one more turn right after the running one. */
  wake(): void;
};

/**
 * The one primitive for everything that repeats: run, wait, back off with jitter after a failure, and on dispose abort
 * the wait and await the running turn. Turns never overlap.
 */
export function startLoop({
  name,
  turn,
  everyMs,
  clock,
  log,
  random = Math.random,
  maxBackoffMs = 10_000,
}: LoopOptions): Loop {
  const stop = new AbortController();
  let nap = new AbortController();
  let woken = false;
  let failures = 0;

  const afterFailure = (error: unknown): number => {
    failures += 1;
    const ceiling = Math.min(maxBackoffMs, 100 * 2 ** Math.min(failures, 10));
    const wait = ceiling * (0.5 + random() / 2);
    log.warn({ err: error, loop: name, failures, wait_ms: Math.round(wait) }, 'a turn failed');
    return wait;
  };

  const pause = async (ms: number): Promise<void> => {
    if (woken || ms <= 0 || stop.signal.aborted) return;
    // One for all waits until one is cut short: a process may have a thousand loops, each with a wait after every turn.
    if (nap.signal.aborted) nap = new AbortController();
    const { signal } = nap;
    await clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      woken = false;
      let wait = everyMs;
      try {
        wait = (await turn(stop.signal)) ?? everyMs;
        failures = 0;
      } catch (error) {
        if (stop.signal.aborted) return;
        wait = afterFailure(error);
      }
      await pause(wait);
    }
  };

  const running = run();
  return {
    wake() {
      woken = true;
      nap.abort();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      nap.abort();
      await running;
    },
  };
}
