import { statfs } from 'node:fs/promises';
import { formatBytes } from '@telltale/contracts/format/bytes';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { SpaceFloor, Volume } from './space-floor.ts';

const everyMs = 2_000;
/** What paused goes on only with some room above the floor, so that it does not flutter. */
const roomFactor = 1.2;

export type SpaceWatch = AsyncDisposable & {
  /** Why nothing may be stored; null while there is room. */
  reason(): string | null;
};

const readVolume = async (folder: string): Promise<Volume> => {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, allBytes: blocks * bsize };
};

/**
 * Looks at the volume that the database lies on. A PostgreSQL whose disk is full stops as a whole and may not even start
 * again; before that happens collectors pause, batches wait in the stream and in spools, and all goes on by itself.
 */
export function watchSpace(options: {
  folder: string;
  floor: SpaceFloor;
  clock: Clock;
  log: Log;
  read?: (folder: string) => Promise<Volume>;
}): SpaceWatch {
  const { folder, floor, clock, log, read = readVolume } = options;
  let reason: string | null = null;
  const look = async (): Promise<void> => {
    const volume = await read(folder);
    const least = floor(volume);
    const paused = volume.freeBytes < (reason === null ? least : least * roomFactor);
    const words = `${formatBytes(volume.freeBytes)} are free where the database lies, ${formatBytes(least)} have to stay free`;
    if (paused && reason === null)
      log.error({ ...volume, least }, 'storing pauses until there is more space on the disk');
    if (!paused && reason !== null) log.info({ ...volume, least }, 'there is space again: storing goes on');
    reason = paused ? words : null;
  };
  const loop = startLoop({ name: 'space', turn: look, everyMs, maxBackoffMs: 30_000, clock, log });
  return { reason: () => reason, [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose]() };
}
