import type { Clock } from '@telltale/runtime/clock';

type Sleeper = { due: number; wake: () => void };

export type ManualClock = Clock & {
  /** Moves time on and wakes, in order, whoever slept until then. */
  advance(ms: number): void;
  /** How many sleep right now: what a test waits for before it moves time on. */
  sleepers(): number;
};

/** Time that stands still until a test moves it. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0;
  let sleepers: Sleeper[] = [];
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const refuse = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const sleeper: Sleeper = {
          due: elapsed + ms,
          wake: () => {
            signal?.removeEventListener('abort', refuse);
            resolve();
          },
        };
        if (signal?.aborted === true) {
          refuse();
          return;
        }
        signal?.addEventListener('abort', refuse, { once: true });
        sleepers.push(sleeper);
      });
    },
    advance(ms) {
      elapsed += ms;
      const due = sleepers.filter((sleeper) => sleeper.due <= elapsed).sort((a, b) => a.due - b.due);
      sleepers = sleepers.filter((sleeper) => sleeper.due > elapsed);
      for (const { wake } of due) wake();
    },
    sleepers: () => sleepers.length,
  };
}
