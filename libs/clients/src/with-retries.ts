import type { Clock } from '@telltale/runtime/clock';
import { RunnerError } from './runner-error.ts';

/** The first try and three more. */
export const mostAttempts = 4;
const firstWaitMs = 250;
const longestWaitMs = 10_000;
/** A service that asks for more is believed, but not waited for. */
const longestAskedMs = 60_000;

/** Before try `attempt + 1`: 250 ms, 500 ms, 1 s, each with up to half of it taken off; what the service asked for, if more. */
export function waitBefore(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  return Math.max(ceiling * (0.5 + random() / 2), retryAfterMs ?? 0);
}

export type RetryDeps = { clock: Clock; random: () => number; signal?: AbortSignal | undefined };

/**
 * Tries until it works, a failure says that trying again is of no use, or the tries are used up. `attempt` starts at 1.
 * Throws RunnerError, with the number of tries.
 */
export async function withRetries<T>(
  { clock, random, signal }: RetryDeps,
  what: { service: string; operation: string },
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      if (signal?.aborted === true) throw aborted(what, signal.reason);
      return await attempt(number);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      const asked = error.retryAfterMs;
      if (!error.retryable || number >= mostAttempts || (asked ?? 0) > longestAskedMs) throw error.after(number);
      await clock.sleep(waitBefore(number, asked, random), signal).catch((cause: unknown) => {
        throw aborted(what, cause).after(number);
      });
    }
  }
}

export const aborted = ({ service, operation }: { service: string; operation: string }, cause: unknown): RunnerError =>
  new RunnerError(`${service}: ${operation} was given up`, {
    code: 'ABORTED',
    service,
    operation,
    retryable: false,
    cause,
  });
