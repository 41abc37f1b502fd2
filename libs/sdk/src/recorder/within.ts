import type { Clock } from '@telltale/runtime/clock';

/** What `work` gives, or `late` when it takes longer than `ms`; the work itself goes on. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>, late: T): Promise<T> {
  const done = new AbortController();
  const timeout = clock.sleep(ms, done.signal).then(
    () => late,
    () => late,
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    done.abort();
  }
}
