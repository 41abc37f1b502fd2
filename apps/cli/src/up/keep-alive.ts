import { setTimeout as delay } from 'node:timers/promises';
import type { ServerExit } from '@telltale/embedded/server';
import { createBackoff } from './backoff.ts';

/** What can be kept alive: something that ends by itself some day, or is stopped. */
export interface Mortal {
  exited: Promise<ServerExit>;
  stop(withinMs: number): Promise<void>;
}

/**
 * Starts a part again, with back-off, whenever it ends unasked. Resolves when the first start has succeeded; a first
 * start that fails is the caller's to handle. After `stop` nothing is started any more.
 */
export async function keepAlive<T extends Mortal>(options: {
  name: string;
  start: () => T | Promise<T>;
  say: (line: string) => void;
  /** Called with each new life. */
  onStart?: (part: T) => void;
}): Promise<{ stop(withinMs: number): Promise<void> }> {
  const { name, start, say, onStart } = options;
  const stopping = new AbortController();
  const backoff = createBackoff(() => performance.now());
  let current: T | undefined = await start();
  onStart?.(current);

  const watch = async (): Promise<void> => {
    let startedAt = performance.now();
    while (!stopping.signal.aborted) {
      const exit = await current?.exited;
      current = undefined;
      if (stopping.signal.aborted) return;
      const waitMs = backoff.next(startedAt);
      say(
        `${name} ended${exit ? ` (${exit.signal ?? `code ${exit.code}`})` : ''}, starting it again in ${waitMs / 1000} s`,
      );
      try {
        await delay(waitMs, undefined, { signal: stopping.signal });
      } catch {
        return;
      }
      startedAt = performance.now();
      try {
        current = await start();
        onStart?.(current);
      } catch (error) {
        if (!stopping.signal.aborted) say(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const watching = watch();

  return {
    async stop(withinMs) {
      stopping.abort();
      await current?.stop(withinMs);
      await watching;
      // A start that was under way when the stop came has put its part here meanwhile.
      await current?.stop(withinMs);
    },
  };
}
