import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

const pieceBytes = 1024 * 1024;

/** A large content that need not be kept: every piece of it is the same noise behind its own number. */
export function createContent(bytes: number) {
  const noise = randomBytes(pieceBytes);
  const pieceAt = (index: number): Buffer => {
    const piece = Buffer.from(noise);
    piece.writeUInt32BE(index, 0);
    return piece;
  };
  return {
    bytes,
    open: (): Readable =>
      Readable.from(
        (function* () {
          for (let at = 0; at < bytes; at += pieceBytes) yield pieceAt(at / pieceBytes).subarray(0, bytes - at);
        })(),
        { objectMode: false },
      ),
    /** The sha256 of a range, both ends inclusive. */
    sha256(start: number, end: number): string {
      const hash = createHash('sha256');
      for (let at = start; at <= end;) {
        const from = at % pieceBytes;
        const part = pieceAt(Math.floor(at / pieceBytes)).subarray(from, Math.min(pieceBytes, from + end - at + 1));
        hash.update(part);
        at += part.length;
      }
      return hash.digest('hex');
    },
  };
}
export type Content = ReturnType<typeof createContent>;
