import { mkdir, open, readFile } from 'node:fs/promises';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createGroupLog, type LogFile, type LogPlace } from './group-log.ts';
import { decodeEntry, encodeEntry, scanEntries, type FoundEntry, type RelayEntry } from './relay-entry.ts';
import { leaveFolder, makeFolder, readLeftFiles, removeFile, takeLeftFolders } from './relay-files.ts';

/** A batch that the ledger is not known to have. */
export type HeldBatch = Omit<RelayEntry, 'payload'> & {
  place: LogPlace;
  /** Where it lies in the stream; null while it is not known to be there. */
  receipt: string | null;
  /** Monotonic ms of the last time it was put there; -Infinity when that was before this process, if at all. */
  sentAt: number;
};

export type RelayLimits = {
  /** Of all files, stored batches included. */
  bytes: number;
  fileBytes: number;
  /** How long stored batches stay, for a store that was restored from a backup. */
  retainMs: number;
};

/** The files hold as many unstored batches as they may. */
export class RelayFullError extends Error {}

const never = Number.NEGATIVE_INFINITY;

type File = LogFile & { held: Set<string>; isOpen: boolean; settledAt: number | null };

export type BatchName = Pick<RelayEntry, 'teamId' | 'producerId' | 'seq'>;
export const nameOf = ({ teamId, producerId, seq }: BatchName): string => JSON.stringify([teamId, producerId, seq]);

/**
 * The relay's copy of what it took and is not known to be stored: files in a folder of this process, and those that dead
 * processes left. A file whose batches are all stored stays as long as there is room, at most `retainMs`.
 */
export async function openRelaySpool(options: {
  root: string;
  instanceId: string;
  limits: RelayLimits;
  clock: Clock;
  log: Log;
}) {
  const { root, instanceId, limits, clock, log } = options;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const own = await makeFolder(root, instanceId);
  const left = await takeLeftFolders(root, own.folder);
  const files = new Map<string, File>();
  const held = new Map<string, HeldBatch>();
  let bytes = 0;
  let unstored = 0;

  const hold = (file: File, found: FoundEntry, sentAt: number): HeldBatch => {
    const { teamId, producerId, seq, idsHash, ...place } = found;
    const batch = { teamId, producerId, seq, idsHash, place: { file, ...place }, receipt: null, sentAt };
    const name = nameOf(batch);
    forget(name);
    held.set(name, batch);
    file.held.add(name);
    file.settledAt = null;
    unstored += place.length;
    return batch;
  };

  const forget = (name: string): void => {
    const batch = held.get(name);
    if (batch === undefined) return;
    held.delete(name);
    unstored -= batch.place.length;
    const file = files.get(batch.place.file.path);
    file?.held.delete(name);
    if (file !== undefined && file.held.size === 0 && !file.isOpen) file.settledAt = clock.now();
  };

  const drop = async (file: File): Promise<void> => {
    files.delete(file.path);
    bytes -= file.bytes;
    await removeFile(file.path, own.folder);
  };

  /** Removes what is stored: what is too old, and the oldest while there is too much. */
  const tidy = async (): Promise<void> => {
    for (const file of files.values()) {
      if (file.settledAt === null) continue;
      if (bytes > limits.bytes || clock.now() - file.settledAt > limits.retainMs) await drop(file);
    }
  };

  for (const { folder } of left) {
    for (const found of await readLeftFiles(folder)) {
      if (found.damaged > 0) log.warn({ path: found.path, stretches: found.damaged }, 'the relay spool is damaged');
      const { path, writtenAt: settledAt } = found;
      const file: File = { path, bytes: found.bytes, held: new Set(), isOpen: false, settledAt };
      files.set(path, file);
      bytes += file.bytes;
      for (const entry of found.entries) hold(file, entry, never);
    }
  }

  const groupLog = createGroupLog({
    folder: own.folder,
    fileBytes: limits.fileBytes,
    onFile: (file) =>
      files.set(file.path, Object.assign(file, { held: new Set<string>(), isOpen: true, settledAt: null })),
    onClosed: ({ path }) => {
      const file = files.get(path);
      if (file === undefined) return;
      file.isOpen = false;
      if (file.held.size === 0) file.settledAt = clock.now();
    },
  });

  return {
    /** Resolves when the batch is on the disk. */
    async append(entry: RelayEntry): Promise<HeldBatch> {
      const frame = encodeEntry(entry);
      if (unstored + frame.length > limits.bytes) {
        throw new RelayFullError(`the relay holds ${unstored} bytes of batches that are not stored yet`);
      }
      const { file, offset, length } = await groupLog.append(frame);
      bytes += length;
      const { teamId, producerId, seq, idsHash } = entry;
      const owner = files.get(file.path);
      if (owner === undefined) throw new Error('the file of a batch is gone');
      return hold(owner, { teamId, producerId, seq, idsHash, offset, length }, clock.monotonic());
    },
    get: (name: BatchName): HeldBatch | undefined => held.get(nameOf(name)),
    /** Oldest first. */
    held: (): Iterable<HeldBatch> => held.values(),
    count: () => held.size,
    bytes: () => ({ unstored, files: bytes }),
    forget: (batch: HeldBatch): void => {
      if (held.get(nameOf(batch)) === batch) forget(nameOf(batch));
    },
    /** The entry as it was taken; null when its file is damaged or gone. */
    async read({ place }: HeldBatch): Promise<RelayEntry | null> {
      const handle = await open(place.file.path, 'r').catch(() => null);
      if (handle === null) return null;
      try {
        const frame = Buffer.allocUnsafe(place.length);
        const { bytesRead } = await handle.read(frame, 0, place.length, place.offset);
        return decodeEntry(frame.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    },
    /** Takes back the word that stored batches are stored: all that is still there is held again. */
    async holdAgain(): Promise<number> {
      const before = held.size;
      for (const file of files.values()) {
        const content = await readFile(file.path).catch(() => null);
        if (content === null) continue;
        for (const entry of scanEntries(content).entries) {
          if (!held.has(nameOf(entry))) hold(file, entry, never);
        }
      }
      return held.size - before;
    },
    tidy,
    async close(): Promise<void> {
      await groupLog.close();
      for (const folder of [...left, own]) await leaveFolder(folder);
    },
  };
}
export type RelaySpool = Awaited<ReturnType<typeof openRelaySpool>>;
