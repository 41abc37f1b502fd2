import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `condition` gives something truthy and returns it. The only way a test waits: on what it needs, with a
 * bound. A condition that throws counts as not yet met; its last error is the cause of the timeout.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  {
    timeoutMs = 40_000,
    everyMs = 15,
    what = 'the condition',
  }: { timeoutMs?: number; everyMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) throw new Error(`${what} was not met within ${timeoutMs} ms`, { cause });
    await delay(everyMs);
  }
}
