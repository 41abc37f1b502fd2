import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of a unix socket in it must stay below 108 bytes. */
const longestFolder = 80;

export type PrivateFolder = AsyncDisposable & { readonly path: string };

/** A folder that only this user can enter, outside the watched one; removed on dispose. */
export async function makePrivateFolder(): Promise<PrivateFolder> {
  const base = Buffer.byteLength(tmpdir()) <= longestFolder ? tmpdir() : '/tmp';
  const path = await mkdtemp(join(base, 'telltale-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}
