import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanFrames, type FoundFrame } from './frame.ts';
import type { Segment } from './segment-set.ts';
import {
  parseSegmentName,
  readHeader,
  readState,
  spoolFormat,
  type SpoolHeader,
  type SpoolState,
} from './spool-files.ts';

export type ScannedSegment = { segment: Segment; frames: FoundFrame[]; damaged: number };
export type ScannedSpool = { header: SpoolHeader; state: SpoolState; segments: ScannedSegment[] };

/**
 * Reads what a process left behind; null when the folder is no spool, or one of a format that is not known here. Rejects
 * once `signal` is aborted: whoever ends does not wait for all of a spool.
 */
export async function scanSpool(folder: string, signal?: AbortSignal): Promise<ScannedSpool | null> {
  const header = await readHeader(folder);
  if (header === null || header.format > spoolFormat) return null;
  const segments: ScannedSegment[] = [];
  const names = (await readdir(folder)).filter((name) => parseSegmentName(name) !== null).toSorted();
  for (const name of names) {
    signal?.throwIfAborted();
    const lane = parseSegmentName(name)?.lane;
    if (lane === undefined) continue;
    const path = join(folder, name);
    const bytes = await readFile(path);
    const { frames, damaged } = scanFrames(bytes);
    const segment: Segment = {
      lane,
      path,
      bytes: bytes.length,
      lowest: Number.POSITIVE_INFINITY,
      highest: 0,
      settledAt: null,
      open: false,
    };
    segments.push({ segment, frames, damaged });
  }
  return { header, state: await readState(folder), segments };
}
