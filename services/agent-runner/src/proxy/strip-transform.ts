import { Transform } from 'node:stream';
import { codingOf } from '@telltale/answers/body-decoder';
import { createUsageStripper } from './usage-chunk.ts';

/** Takes out of a streamed answer what only we asked for; a compressed one keeps its coding. Null where it cannot be read. */
export function stripTransforms(contentEncoding: string | undefined): Transform[] | null {
  const coding = codingOf(contentEncoding);
  if (coding === null) return null;
  const stripper = createUsageStripper();
  const strip = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = stripper.push(chunk);
      done(null, bytes.length > 0 ? bytes : undefined);
    },
    flush(done) {
      const rest = stripper.end();
      done(null, rest.length > 0 ? rest : undefined);
    },
  });
  return coding === 'identity' ? [strip] : [coding.decode(), strip, coding.encode()];
}
