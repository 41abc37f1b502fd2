/** How long to stay away after failures: exponential with full jitter above a half, never less than the door asked. */
export function createBackoff({
  random,
  baseMs = 250,
  maxMs = 30_000,
}: {
  random: () => number;
  baseMs?: number;
  maxMs?: number;
}) {
  let failures = 0;
  return {
    failures: () => failures,
    reset(): void {
      failures = 0;
    },
    /** Milliseconds to wait after one more failure. */
    next(retryAfterMs: number | null): number {
      const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures, 20));
      failures += 1;
      const jittered = ceiling * (0.5 + random() / 2);
      // A door that says when gets its time, plus a spread so that a fleet does not return in one moment.
      return retryAfterMs === null ? jittered : Math.max(jittered, retryAfterMs * (1 + random() / 4));
    },
  };
}
