import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lanes } from '../recorder/lane.ts';
import { encodeFrame } from './frame.ts';
import { segmentName } from './spool-files.ts';
import type { SpooledBatch } from './spool.ts';

/** More segments than a spool ever begins by itself. */
const lastNumber = 99_999_999;

/**
 * Adds to the spool of a process that cannot wait any more (it is in its `exit` event): written at once, in segments beside
 * those that may be half written. A batch that is in both has one number, so that it is one.
 */
export function writeLastWords(root: string, producerId: string, left: readonly SpooledBatch[]): void {
  for (const lane of lanes) {
    const frames = left.filter((batch) => batch.lane === lane).map(encodeFrame);
    if (frames.length === 0) continue;
    const path = join(root, producerId, segmentName(lane, lastNumber));
    writeFileSync(path, Buffer.concat(frames), { mode: 0o600, flush: true });
  }
}
