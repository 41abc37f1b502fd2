import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.ts';

const lockName = /^lock-(\d+)$/;

type HeldLock = { number: number; owner: ProcessIdentity | null };

async function readLocks(folder: string): Promise<HeldLock[]> {
  const locks: HeldLock[] = [];
  for (const name of await readdir(folder)) {
    const number = lockName.exec(name)?.[1];
    if (number === undefined) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => null);
    // Gone between listing and reading: its holder let go.
    if (text !== null) locks.push({ number: Number(number), owner: parseOwner(text) });
  }
  return locks;
}

function parseOwner(text: string): ProcessIdentity | null {
  try {
    const { pid, start_time } = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof pid === 'number' ? { pid, start_time: start_time ?? null } : null;
  } catch {
    // Written whole before it is linked, so that nonsense can only come from a damaged disk: nobody's lock.
    return null;
  }
}

const isLive = (lock: HeldLock): boolean => lock.owner !== null && isAlive(lock.owner);

/** The process that holds the lock of a folder, or null. */
export async function lockHolder(folder: string): Promise<ProcessIdentity | null> {
  return (await readLocks(folder)).find(isLive)?.owner ?? null;
}

export type SpoolLock = { release(): Promise<void> };

/**
 * Takes the lock of a folder, or gives null when a living process holds it. A dead holder is succeeded by linking the
 * next number, which only one successor can: removing its file instead could remove a faster successor's.
 */
export async function takeLock(folder: string): Promise<SpoolLock | null> {
  const before = await readLocks(folder);
  if (before.some(isLive)) return null;
  const number = Math.max(0, ...before.map((lock) => lock.number)) + 1;
  const mine = join(folder, `lock-${number}`);
  const draft = join(folder, `.lock-${randomBytes(6).toString('hex')}`);
  await writeFile(draft, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    await link(draft, mine);
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'EEXIST') return null;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // Two may have linked different numbers after looking at different moments; whoever sees the other steps back.
  const others = (await readLocks(folder)).filter((lock) => lock.number !== number);
  if (others.some(isLive)) {
    await rm(mine, { force: true });
    return null;
  }
  for (const other of others) await rm(join(folder, `lock-${other.number}`), { force: true });
  return {
    async release() {
      await rm(mine, { force: true });
    },
  };
}
