import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentName, readHeader, readState, type SpoolHeader, type SpoolState } from './spool-files.ts';
import { lockHolder } from './spool-lock.ts';

export type SpoolInfo = SpoolHeader &
  SpoolState & {
    folder: string;
    bytes: number;
    segments: number;
    /** The living process that owns it; null when it waits for a replay. */
    held_by: number | null;
  };

async function describe(folder: string): Promise<SpoolInfo | null> {
  const header = await readHeader(folder);
  if (header === null) return null;
  const names = (await readdir(folder)).filter((name) => parseSegmentName(name) !== null);
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(folder, name))).size;
  const holder = await lockHolder(folder);
  const state = await readState(folder);
  return { ...header, ...state, folder, bytes, segments: names.length, held_by: holder?.pid ?? null };
}

/** Every spool under a root, oldest first; a root that does not exist has none. */
export async function listSpools(root: string): Promise<SpoolInfo[]> {
  const names = await readdir(root).catch(() => []);
  const found: SpoolInfo[] = [];
  // A producer id is a UUIDv7: by name is by age.
  for (const name of names.toSorted()) {
    // A spool may go away under the reader, with its process or with a replay.
    const info = await describe(join(root, name)).catch(() => null);
    if (info !== null) found.push(info);
  }
  return found;
}
