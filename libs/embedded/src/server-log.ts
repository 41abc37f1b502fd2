import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const keepBytes = 5 * 1024 * 1024;

/** Opens a server's log for appending; a big one becomes `<file>.1` first, so two files are all that is kept. */
export function openServerLog(file: string): number {
  try {
    if (statSync(file).size > keepBytes) renameSync(file, `${file}.1`);
  } catch {
    // No log yet.
  }
  return openSync(file, 'a', 0o600);
}

/** What was written to the log from `offset` on, at most the last 4 kB. */
export function readServerLog(file: string, offset: number): string {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(offset, size - 4096);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    readSync(fd, buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    closeSync(fd);
  }
}
