import { write } from 'node:fs';
import type { Clock } from '@telltale/runtime/clock';

/** Where a program's output goes on to. */
export type ByteSink = {
  /** Resolves when all bytes are out; rejects with EPIPE when nobody reads any more. */
  write(bytes: Buffer): Promise<void>;
};

/** The system's name of what went wrong, such as `EPIPE`. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;

/**
 * Writes to a file descriptor through the thread pool. `process.stdout` writes to pipes synchronously, so a reader that
 * pauses (`less`) would stop the whole process; and the descriptor is shared with other programs, so it must not be
 * made non-blocking.
 */
export function createFdSink(fd: number, clock: Clock): ByteSink {
  const writeOnce = (bytes: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      write(fd, bytes, 0, bytes.length, null, (error, written) => (error === null ? resolve(written) : reject(error)));
    });

  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0;) {
        try {
          rest = rest.subarray(await writeOnce(rest));
        } catch (error) {
          // Somebody else made the descriptor non-blocking and its pipe is full.
          if (codeOf(error) !== 'EAGAIN') throw error;
          await clock.sleep(5);
        }
      }
    },
  };
}
