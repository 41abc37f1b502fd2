import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Passes bytes on, counting them and taking their sha256; fails with `tooMuch()` as soon as there are more than `most`. */
export function createMeasure({ most, tooMuch }: { most: number | null; tooMuch: () => Error }) {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (most !== null && bytes > most) return done(tooMuch());
      hash.update(chunk);
      return done(null, chunk);
    },
  });
  return {
    stream,
    bytes: () => bytes,
    /** Once, when everything has passed. */
    sha256: () => hash.digest('hex'),
  };
}
