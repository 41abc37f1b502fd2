import { createBranchWatch, isBornSince, type BranchWatch } from './branch-watch.ts';
import { createClaims, type Claims } from './claims.ts';
import { gitDirsOf, namedGitDir, type GitDirs } from './find-git-dir.ts';
import { createLooseObjects } from './loose-objects.ts';
import { createRepository, type Repository } from './repository.ts';

const mostRepositories = 64;

/** What the working trees of one repository share. */
type Shared = { branches: BranchWatch | null; claims: Claims };

/** The working trees that a run works in, opened as they are met. */
export function createRepositories(options: {
  runId: string;
  /** Of the run, in ms. */
  startedAt: number;
  env: Readonly<Record<string, string | undefined>>;
}) {
  const { runId, startedAt, env } = options;
  const opened = new Map<string, Repository>();
  const shared = new Map<string, Shared>();

  const branchesOf = (dirs: GitDirs, watchedFromStart: boolean): BranchWatch | null => {
    const known = watchedFromStart ? 'now' : 'nothing';
    const sinceSeconds = Math.floor(startedAt / 1_000);
    const knowable = watchedFromStart || isBornSince(dirs.commonDir, startedAt);
    const objects = createLooseObjects(dirs.commonDir);
    return knowable ? createBranchWatch({ dirs, objects, known, sinceSeconds }) : null;
  };

  const sharedOf = (dirs: GitDirs, watchedFromStart: boolean): Shared => {
    const { commonDir } = dirs;
    const known = shared.get(commonDir);
    if (known !== undefined) return known;
    const claims = createClaims({ commonDir, runId, startedAt });
    const made = { branches: branchesOf(dirs, watchedFromStart), claims };
    shared.set(commonDir, made);
    return made;
  };

  return {
    /** Null where there is none, or no room for another. */
    at(
      { worktree, gitDir = null }: { worktree: string | null; gitDir?: string | null },
      watchedFromStart = false,
    ): Repository | null {
      if (worktree === null) return null;
      const dirs = (gitDir === null ? null : namedGitDir(gitDir, worktree)) ?? gitDirsOf(worktree);
      // A folder that is gone by now was opened when its first command reported.
      if (dirs === null) return [...opened].find(([gitDir]) => gitDir.startsWith(`${worktree}/`))?.[1] ?? null;
      const known = opened.get(dirs.gitDir);
      if (known !== undefined || opened.size >= mostRepositories) return known ?? null;
      const repository = createRepository({
        dirs,
        ...sharedOf(dirs, watchedFromStart),
        startedAt,
        watchedFromStart,
        env,
      });
      opened.set(dirs.gitDir, repository);
      return repository;
    },
    all: (): readonly Repository[] => [...opened.values()],
  };
}
