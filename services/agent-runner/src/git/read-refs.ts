import { join } from 'node:path';
import { readSmall, type GitDirs } from './find-git-dir.ts';
import { statOf } from './stat-of.ts';

const symbolic = /^ref: refs\/heads\/(.+)$/;
/** What stands in HEAD where the refs are kept in another form. */
const elsewhere = '.invalid';
const looksLikeSha = /^[0-9a-f]{7,64}$/;

/** The branch that HEAD names, null when it is detached or cannot be read. */
export function currentBranch({ gitDir }: GitDirs): string | null {
  const branch = symbolic.exec(readSmall(join(gitDir, 'HEAD')) ?? '')?.[1];
  return branch === undefined || branch === elsewhere ? null : branch;
}

function packedSha(commonDir: string, ref: string): string | undefined {
  const packed = readSmall(join(commonDir, 'packed-refs'));
  return packed
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ', 1)[0];
}

/** The object id that a ref such as `refs/heads/main` holds, or undefined. */
export function shaOfRef({ commonDir }: GitDirs, ref: string): string | undefined {
  const loose = readSmall(join(commonDir, ref));
  const sha = loose ?? packedSha(commonDir, ref);
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}

/** Whether the name that a checkout moved to is a branch, and not a commit or a tag. */
export function isBranchName(dirs: GitDirs, name: string): boolean {
  if (shaOfRef(dirs, `refs/heads/${name}`) !== undefined) return true;
  if (looksLikeSha.test(name) || name === 'HEAD' || /[~^:]|@\{/.test(name)) return false;
  if (shaOfRef(dirs, `refs/remotes/${name}`) !== undefined) return false;
  // Its folder may be gone already: what is no commit and no tag was a branch.
  return statOf(join(dirs.commonDir, 'refs/tags', name)) === null;
}
