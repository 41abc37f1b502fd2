import type { IncomingMessage } from 'node:http';

/** What a client that is told "too large" may still send before the connection is cut. */
const mostBytes = 64 * 1024 * 1024;
const longestMs = 5_000;

/**
 * Reads and forgets the rest of a body. A client that is still writing when the connection closes sees a broken pipe
 * instead of the answer, so the answer waits until it is done, within bounds.
 */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, longestMs);
    function done(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done);
      resolve();
    }
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > mostBytes) done();
    }
    request.unpipe();
    request.on('data', count).on('end', done).on('close', done).resume();
  });
}
