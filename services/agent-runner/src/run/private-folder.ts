import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of a unix socket in it must stay below 108 bytes. */
const longestFolder = 80;

/** Without a path when none could be made: a run goes on without what would stand in it. */
export type PrivateFolder = AsyncDisposable & { readonly path: string | null };

/**
 * A folder that only this user can enter, outside the watched one; removed on dispose. It is made in the first of
 * `bases` that takes it: `$TMPDIR` may be full, gone or somebody else's.
 */
export async function makePrivateFolder(bases: readonly string[] = [tmpdir(), '/tmp']): Promise<PrivateFolder> {
  const path = await firstMade(bases.filter((base) => Buffer.byteLength(base) <= longestFolder));
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (path !== null) await rm(path, { recursive: true, force: true });
    },
  };
}

/** A file of it; null where there is none. */
export const fileIn = (folder: string | null, name: string): string | null =>
  folder === null ? null : join(folder, name);

async function firstMade(bases: readonly string[]): Promise<string | null> {
  for (const base of bases) {
    const made = await mkdtemp(join(base, 'telltale-')).catch(() => null);
    if (made !== null) return made;
  }
  return null;
}
