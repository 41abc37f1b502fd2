import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The first bytes of a file, as latin1, or null: not of a pipe, which would wait for a writer, nor of a device, which may have no end.
 * Any word of a command may name one.
 */
export function readStart(path: string, mostBytes: number): string | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(fd).isFile()) return null;
    const start = Buffer.alloc(mostBytes);
    return start.toString('latin1', 0, readSync(fd, start, 0, mostBytes, 0));
  } catch {
    // No file of that name, or none that may be read: it is a word.
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
