/** Waits before trying again, in ms: the first is at most `minMs`, each is twice the one before, none above `maxMs`. */
export type BackOffLimits = { minMs: number; maxMs: number };

/**
 * How long to wait before each next try. A part of each wait, up to half, is left to chance, so that many who lost the
 * same server do not all come back in the same moment. What held for `maxMs` begins again with the shortest wait; what
 * breaks off sooner goes on where it was, so that a server that accepts and hangs up is not asked without end.
 */
export function createBackOff({ minMs, maxMs }: BackOffLimits, random: () => number = Math.random) {
  let tries = 0;
  let heldSince: number | null = null;
  return {
    /** It worked, at this moment of a clock that never goes back. */
    held(now: number): void {
      heldSince ??= now;
    },
    /** Somebody asked for it: it is tried now, and the waits begin again with the shortest. */
    reset(): void {
      tries = 0;
      heldSince = null;
    },
    /** It broke off, or did not work at all: how long to wait. */
    next(now: number): number {
      if (heldSince !== null && now - heldSince >= maxMs) tries = 0;
      heldSince = null;
      const most = Math.min(maxMs, minMs * 2 ** Math.min(tries, 20));
      tries += 1;
      return most * (0.5 + random() / 2);
    },
  };
}
