import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseReflogLine, type ReflogEntry } from './reflog-entry.ts';
import { statOf } from './stat-of.ts';

/** A reflog longer than this is only read from here back: nobody adds more within one run before it is looked at. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Follows `logs/HEAD` of one working tree. The file stays open, so that what a command added can still be read when
 * the folder was removed right after it. `from` says what was there before the run: `end` (all of it), `start`
 * (nothing: the repository is new), or a time in seconds before which entries are old.
 */
export function createHeadLog({ path, from }: { path: string; from: 'end' | 'start' | number }) {
  let fd: number | null = null;
  let offset = 0;
  let lastLine = '';
  let oldUntil = 0;

  const readFrom = (position: number): string => {
    if (fd === null) return '';
    const size = fstatSync(fd).size;
    const start = Math.max(position, size - mostBytes);
    if (start >= size) return '';
    const buffer = Buffer.alloc(size - start);
    const length = readSync(fd, buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8', 0, length);
    offset = start;
    return text;
  };

  const open = (): boolean => {
    try {
      fd = openSync(path, 'r');
      return true;
    } catch {
      // No commit was made yet, reflogs are off, or the folder is gone.
      return false;
    }
  };

  /** `git reflog expire` writes the file anew: go on after the last line that was read. */
  const followReplacement = (): void => {
    if (fd === null) return;
    const now = statOf(path);
    if (now === null || now.ino === fstatSync(fd).ino) return;
    closeSync(fd);
    fd = null;
    if (!open()) return;
    const text = readFrom(0);
    const at = lastLine === '' ? -1 : text.lastIndexOf(lastLine);
    offset = at === -1 ? Buffer.byteLength(text) : Buffer.byteLength(text.slice(0, at + lastLine.length + 1));
  };

  const takeLines = (): string[] => {
    const text = readFrom(offset);
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) return [];
    offset += Buffer.byteLength(text.slice(0, end));
    const lines = text.slice(0, end - 1).split('\n');
    lastLine = lines.at(-1) ?? lastLine;
    return lines;
  };

  // A log that only appears later holds nothing old.
  if (open()) {
    if (from === 'end') takeLines();
    else if (from !== 'start') oldUntil = from;
  }

  /** Opens the file as soon as it is there. Call it whenever something happens in the repository. */
  const touch = (): void => {
    if (fd === null) open();
  };

  return {
    touch,
    /** Whether there ever was one. */
    wasSeen: (): boolean => fd !== null || lastLine !== '',
    /** Entries added since the last call. */
    takeNew(): ReflogEntry[] {
      touch();
      followReplacement();
      const entries = takeLines()
        .map(parseReflogLine)
        .filter((entry) => entry !== null)
        .filter((entry) => entry.seconds >= oldUntil);
      // Only the first reading may meet entries from before the run; later ones may carry any date.
      oldUntil = 0;
      return entries;
    },
    close(): void {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}
export type HeadLog = ReturnType<typeof createHeadLog>;
