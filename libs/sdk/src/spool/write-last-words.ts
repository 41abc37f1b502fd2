import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import { lanes } from '../recorder/lane.ts';
import { encodeFrame } from './frame.ts';
import { segmentName, spoolFormat, type SpoolHeader } from './spool-files.ts';
import type { SpooledBatch } from './spool.ts';

/** More segments than a spool ever begins by itself. */
const lastNumber = 99_999_999;

type LastWords = { root: string; producerId: string; url: string; team: string; left: readonly SpooledBatch[] };

/** Where the spool could not be opened when the process began, there is none yet. */
function makeSpool(folder: string, { producerId, url, team }: LastWords): void {
  const path = join(folder, 'header.json');
  if (existsSync(path)) return;
  makeFolder(folder);
  const opened_at = new Date().toISOString();
  const header: SpoolHeader = { format: spoolFormat, producer_id: producerId, url, team, opened_at };
  const draft = join(folder, '.header.json-last');
  writeFileSync(draft, JSON.stringify(header), { mode: 0o600, flush: true });
  renameSync(draft, path);
}

/**
 * Adds to the spool of a process that cannot wait any more (it is in its `exit` event): written at once, in segments beside
 * those that may be half written. A batch that is in both has one number, so that it is one. Where the disk has little
 * room left, what must not be lost has it.
 */
export function writeLastWords(words: LastWords): void {
  const { root, producerId, left } = words;
  if (left.length === 0) return;
  const folder = join(root, producerId);
  makeSpool(folder, words);
  for (const lane of lanes.toReversed()) {
    const frames = left.filter((batch) => batch.lane === lane).map(encodeFrame);
    if (frames.length === 0) continue;
    try {
      writeFileSync(join(folder, segmentName(lane, lastNumber)), Buffer.concat(frames), { mode: 0o600, flush: true });
    } catch {
      // No room for this lane may still be room for a smaller one, and nobody is left to be told.
    }
  }
}
