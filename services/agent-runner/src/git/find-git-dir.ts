import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { statOf } from './stat-of.ts';

export type GitDirs = {
  /** HEAD and its reflog of this working tree. */
  gitDir: string;
  /** Branches and objects, shared by all working trees of the repository. */
  commonDir: string;
};

/** A small text file without its last newline, or null. */
export function readSmall(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/\n$/, '');
  } catch {
    return null;
  }
}

/** The folder that a variable or an option names; null when it is none. */
export function namedGitDir(gitDir: string, worktree: string | null): GitDirs | null {
  const path = resolve(worktree ?? '/', gitDir);
  if (statOf(join(path, 'HEAD')) === null) return null;
  const common = readSmall(join(path, 'commondir'));
  return { gitDir: path, commonDir: common === null ? path : resolve(path, common) };
}

/** The git folder of a working tree: `.git` itself, or where the file `.git` points to (worktrees, submodules). */
export function gitDirsOf(worktree: string): GitDirs | null {
  const dotGit = join(worktree, '.git');
  const stat = statOf(dotGit);
  if (stat === null) return null;
  const pointer = stat.isDirectory() ? null : /^gitdir: (.+)$/m.exec(readSmall(dotGit) ?? '')?.[1];
  if (pointer === undefined) return null;
  const gitDir = pointer === null ? dotGit : resolve(worktree, pointer);
  const common = readSmall(join(gitDir, 'commondir'));
  return { gitDir, commonDir: common === null ? gitDir : resolve(gitDir, common) };
}

/** The working tree that holds `folder`, looking upwards, or null. */
export function worktreeOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (statOf(join(at, '.git')) !== null) return at;
    if (dirname(at) === at) return null;
  }
}
