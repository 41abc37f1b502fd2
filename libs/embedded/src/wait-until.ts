import { setTimeout as delay } from 'node:timers/promises';

/** Asks every 20 ms until the answer is true or the time is over; resolves to the last answer. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await delay(20);
  }
}
