import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

export type LogFile = { path: string; bytes: number };
export type LogPlace = { file: LogFile; offset: number; length: number };

type Waiting = { frame: Buffer; resolve: (place: LogPlace) => void; reject: (error: unknown) => void };

export type GroupLog = {
  /** Resolves when the frame is on the disk. Frames that come while one is being synced share the next sync. */
  append(frame: Buffer): Promise<LogPlace>;
  close(): Promise<void>;
};

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Append-only files with one fsync for all that waits. A write that fails fails everything in it, and the next goes to a
 * new file, so that a torn frame is always the last of its file. `onFile` hears of each file before anything is in it,
 * `onClosed` when nothing more will be.
 */
export function createGroupLog(options: {
  folder: string;
  fileBytes: number;
  onFile: (file: LogFile) => void;
  onClosed: (file: LogFile) => void;
}): GroupLog {
  const { folder, fileBytes, onFile, onClosed } = options;
  let waiting: Waiting[] = [];
  let current: { file: LogFile; handle: FileHandle } | undefined;
  let number = 0;
  let running: Promise<void> | undefined;
  let isClosed = false;

  const rotate = async (): Promise<void> => {
    const old = current;
    current = undefined;
    if (old === undefined) return;
    await old.handle.close().finally(() => onClosed(old.file));
  };

  const openNext = async (): Promise<{ file: LogFile; handle: FileHandle }> => {
    if (current !== undefined) return current;
    number += 1;
    const path = join(folder, `${String(number).padStart(8, '0')}.seg`);
    const handle = await open(path, 'ax', 0o600);
    current = { file: { path, bytes: 0 }, handle };
    onFile(current.file);
    // Without it a power failure may take the new file's name, and with it what was synced into the file.
    await syncFolder(folder);
    return current;
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const { file, handle } = await openNext();
      const start = file.bytes;
      await handle.appendFile(
        group.length === 1 ? (group[0]?.frame ?? '') : Buffer.concat(group.map((one) => one.frame)),
      );
      await handle.datasync();
      let offset = start;
      for (const { frame, resolve } of group) {
        file.bytes = offset + frame.length;
        resolve({ file, offset, length: frame.length });
        offset += frame.length;
      }
      if (file.bytes >= fileBytes) await rotate();
    } catch (error) {
      for (const { reject } of group) reject(error);
      await rotate().catch(() => undefined);
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeGroup(group);
    }
    running = undefined;
  };

  return {
    append(frame) {
      if (isClosed) return Promise.reject(new Error('the spool is closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ frame, resolve, reject });
        running ??= drain();
      });
    },
    async close() {
      isClosed = true;
      await running;
      await rotate();
    },
  };
}
