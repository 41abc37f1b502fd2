import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPipeReader, type OutputSource } from './pipe-reader.ts';

const run = promisify(execFile);

/** A pipe to a child: its end is given to `spawn`, ours is read. */
export type ChildPipe = { childEnd: number; reader: OutputSource; closeChildEnd(): void };

/**
 * Opens real pipes. What `spawn` makes for `stdio: 'pipe'` are sockets, and a program that opens `/dev/stdout` or
 * `/dev/stderr` (`echo oops > /dev/stderr`) gets ENXIO from a socket: it would not run as it does without us. Null
 * where there is no `mkfifo` or no folder; then those sockets have to do.
 */
export async function openPipes(folder: string | null, names: readonly string[]): Promise<ChildPipe[] | null> {
  if (names.length === 0) return [];
  if (folder === null) return null;
  const paths = names.map((name) => join(folder, name));
  try {
    await run('mkfifo', ['-m', '600', ...paths]);
  } catch {
    return null;
  }
  return paths.map((path) => {
    // Opening the reading end does not wait for a writer; once it is open, neither does the writing end.
    const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const childEnd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    return { childEnd, reader: createPipeReader(read), closeChildEnd: () => closeSync(childEnd) };
  });
}
