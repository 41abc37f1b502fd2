import { mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { takeLock, type SpoolLock } from '@telltale/sdk/spool/spool-lock';
import { scanEntries, type FoundEntry } from './relay-entry.ts';

/** One file of the relay's spool that a process before this one wrote. */
export type LeftFile = { path: string; bytes: number; writtenAt: number; entries: FoundEntry[]; damaged: number };

export type RelayFolder = { folder: string; lock: SpoolLock };

export async function makeFolder(root: string, name: string): Promise<RelayFolder> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await takeLock(folder);
  if (lock === null) throw new Error(`${folder} belongs to another process`);
  return { folder, lock };
}

/** The folders under `root` whose processes are gone, taken over; `own` is left out. */
export async function takeLeftFolders(root: string, own: string): Promise<RelayFolder[]> {
  const taken: RelayFolder[] = [];
  for (const name of (await readdir(root)).toSorted()) {
    const folder = join(root, name);
    if (folder === own) continue;
    // No folder, or gone since it was listed.
    const lock = await takeLock(folder).catch(() => null);
    if (lock !== null) taken.push({ folder, lock });
  }
  return taken;
}

const segments = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.seg')).toSorted();

export async function readLeftFiles(folder: string): Promise<LeftFile[]> {
  const files: LeftFile[] = [];
  for (const name of await segments(folder)) {
    const path = join(folder, name);
    const [bytes, { mtimeMs }] = [await readFile(path), await stat(path)];
    files.push({ path, bytes: bytes.length, writtenAt: mtimeMs, ...scanEntries(bytes) });
  }
  return files;
}

/** Removes a file, and with the last one of a folder that nobody writes any more, the folder. */
export async function removeFile(path: string, own: string): Promise<void> {
  await rm(path, { force: true });
  const folder = dirname(path);
  if (folder === own) return;
  if ((await segments(folder).catch(() => [''])).length === 0) await rm(folder, { recursive: true, force: true });
}

/** Lets go of a folder; an empty one goes. */
export async function leaveFolder({ folder, lock }: RelayFolder): Promise<void> {
  await lock.release();
  // Not empty: what is in it waits for the next start.
  await rmdir(folder).catch(() => undefined);
}
