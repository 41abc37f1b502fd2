import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import type { Lane } from '../recorder/lane.ts';
import { sealBatch, type SealedRecord } from '../recorder/seal-batch.ts';
import { encodeFrame } from './frame.ts';
import { segmentName, spoolFormat, type SpoolHeader } from './spool-files.ts';

/**
 * A spool of a process that cannot wait any more (it is in its `exit` event): written at once, under a producer of its own,
 * and replayed by the next process of this machine as what any dead process left. The header goes last: without it the
 * folder is no spool.
 */
export function writeLastWords(
  root: string,
  header: Omit<SpoolHeader, 'format'>,
  left: readonly { lane: Lane; records: readonly SealedRecord[] }[],
): void {
  const folder = join(root, header.producer_id);
  makeFolder(folder);
  let issued = 0;
  for (const [index, { lane, records }] of left.entries()) {
    issued += records.length;
    const frame = encodeFrame(sealBatch(index + 1, lane, records, { issued, dropped: {} }));
    writeFileSync(join(folder, segmentName(lane, 1)), frame, { mode: 0o600, flush: true });
  }
  writeFileSync(join(folder, 'header.json'), JSON.stringify({ format: spoolFormat, ...header }), { mode: 0o600 });
}
