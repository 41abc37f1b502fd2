import type { Log } from '@telltale/runtime/log';
import type { JobQueue } from './queues.ts';

/** Between two wake-ups of the aggregator, in ms: at most 4 a second. */
const quietMs = 250;

export type Waker = Disposable & { wake(): void };

/**
 * Asks for a fold of what was just committed: the first ask goes out at once, those within the next quarter of a
 * second become one at its end. A lost ask costs nothing but time: the aggregator has a tick of its own.
 */
export function createFoldWaker({ queue, log }: { queue: JobQueue; log: Log }): Waker {
  let timer: NodeJS.Timeout | undefined;
  let again = false;

  const send = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) send();
    }, quietMs);
    timer.unref();
    queue.enqueue('fold', {}, { dedupe: 'fold' }).catch((error: unknown) => {
      log.debug({ err: error }, 'the aggregator could not be woken');
    });
  };

  return {
    wake() {
      if (timer === undefined) send();
      else again = true;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}
