import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** More than anybody writes into settings. */
const mostSettingsBytes = 4 * 1024 * 1024;

/**
 * The first bytes of a file, or null: not of a pipe, which would wait for a writer, nor of a device, which may have no end.
 * Any word of a command may name one, and any project may hold one where a client looks for its settings; whoever waits for
 * it in a keeper keeps all of its runs waiting.
 */
export function readStart(path: string, mostBytes: number, encoding: BufferEncoding = 'latin1'): string | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const start = Buffer.alloc(Math.min(mostBytes, stat.size));
    return start.toString(encoding, 0, readSync(fd, start, 0, start.length, 0));
  } catch {
    // No file of that name, or none that may be read: it is a word.
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The text of a client's settings; null where there are none, or none that a client could read. */
export const readSettings = (path: string): string | null => readStart(path, mostSettingsBytes, 'utf8');
