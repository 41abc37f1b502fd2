import { Socket } from 'node:net';

/** What an output is read from, piece by piece. A piece is only valid until the next one is asked for. */
export type OutputSource = AsyncIterable<Buffer> & { destroy(): unknown };

/** Of one read. */
const pieceBytes = 64 * 1024;

/**
 * Reads the end of a pipe into one buffer, again and again: a program that prints a gigabyte costs no more memory than one
 * that prints a line. The next piece is read when the last one was taken, so the program waits for whoever takes them.
 */
export function createPipeReader(fd: number): OutputSource {
  let piece: Buffer | null = null;
  let over = false;
  let wake = (): void => undefined;
  const socket = new Socket({
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.allocUnsafeSlow(pieceBytes),
      callback(length, bytes) {
        piece = Buffer.from(bytes.buffer, bytes.byteOffset, length);
        wake();
        // Nothing is read over it until it was taken.
        return false;
      },
    },
  });
  const end = (): void => {
    over = true;
    wake();
  };
  // A pipe that fails is over as one that was closed.
  socket.on('error', end);
  socket.on('end', end);
  socket.on('close', end);

  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          if (piece === null && !over) {
            const waiting = Promise.withResolvers<void>();
            wake = waiting.resolve;
            socket.resume();
            await waiting.promise;
          }
          if (piece === null) return;
          yield piece;
          piece = null;
        }
      } finally {
        socket.destroy();
      }
    },
    destroy: () => socket.destroy(),
  };
}
