const firstMs = 500;
const longestMs = 30_000;

/** How long to wait before a dead part is started again: doubles from 0.5 s to 30 s, and is forgotten after 30 s of life. */
export function createBackoff(now: () => number): { next(startedAt: number): number } {
  let failures = 0;
  return {
    next(startedAt) {
      if (now() - startedAt >= longestMs) failures = 0;
      const wait = Math.min(longestMs, firstMs * 2 ** failures);
      failures += 1;
      return wait;
    },
  };
}
