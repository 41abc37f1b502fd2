import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSmall, type GitDirs } from './find-git-dir.ts';
import type { LooseObjects } from './loose-objects.ts';
import { shaOfRef } from './read-refs.ts';
import { statOf } from './stat-of.ts';

/** What the branches show and nothing else told. */
export type Untold = { created: { branch: string; sha: string }[]; commits: { branch: string; sha: string }[] };

export type BranchWatch = {
  /** This commit was told of. */
  told(sha: string): void;
  wasTold(sha: string): boolean;
  toldBranch(branch: string): void;
  /** Compares the branches with those at the beginning. */
  untold(): Untold;
};

const mostBranches = 2_000;
const mostCommits = 1_000;

/** Every ref below `refs/<kind>` and its commit; loose refs win over packed ones. */
function readTips(dirs: GitDirs, kind: 'heads' | 'remotes'): Map<string, string> {
  const tips = new Map<string, string>();
  const start = `refs/${kind}/`;
  for (const line of readSmall(join(dirs.commonDir, 'packed-refs'))?.split('\n') ?? []) {
    const [, sha, ref] = /^([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
    if (sha !== undefined && ref?.startsWith(start) === true) tips.set(ref.slice(start.length), sha);
  }
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && tips.size < mostBranches; folder = folders.pop()) {
    for (const entry of listFolder(join(dirs.commonDir, start, folder))) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const sha = entry.isDirectory() ? undefined : shaOfRef(dirs, `${start}${name}`);
      if (entry.isDirectory()) folders.push(name);
      if (sha !== undefined) tips.set(name, sha);
    }
  }
  return tips;
}

function listFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    // No such folder: every branch is packed, or the repository is gone.
    return [];
  }
}

/** What came from elsewhere: somebody else made it, and tells of it where that is watched. */
const fetched = (dirs: GitDirs): string[] => [
  ...readTips(dirs, 'remotes').values(),
  ...(readSmall(join(dirs.gitDir, 'FETCH_HEAD'))?.split('\n', mostBranches) ?? []).flatMap(
    (line) => /^[0-9a-f]{40,64}/.exec(line)?.[0] ?? [],
  ),
];

/** Whether a path came into being at or after `ms`. */
export const isBornSince = (path: string, ms: number): boolean => (statOf(path)?.birthtimeMs ?? 0) >= ms;

/**
 * The last word on commits: what programs did to branches without git's own commands and without a reflog. `known`
 * says what the branches were before: `now` (as they are), or `nothing` for a repository that the run made.
 */
export function createBranchWatch({
  dirs,
  objects,
  known,
  sinceSeconds,
}: {
  dirs: GitDirs;
  objects: LooseObjects;
  known: 'now' | 'nothing';
  /** Commits from before this time were fetched, not made. */
  sinceSeconds: number;
}): BranchWatch {
  const before = known === 'now' ? readTips(dirs, 'heads') : new Map<string, string>();
  const old = new Set(before.values());
  const toldShas = new Set<string>();
  const toldBranches = new Set<string>();

  /** From a tip back to what is known, oldest first. */
  const newCommits = (tip: string): string[] => {
    const found: string[] = [];
    const queue = [tip];
    const seen = new Set<string>();
    for (let sha = queue.shift(); sha !== undefined && seen.size < mostCommits; sha = queue.shift()) {
      if (seen.has(sha) || old.has(sha)) continue;
      seen.add(sha);
      const commit = objects.commit(sha);
      if (commit === null || commit.seconds < sinceSeconds) continue;
      // One that was missed may lie behind one that was told.
      if (!toldShas.has(sha)) found.push(sha);
      queue.push(...commit.parents);
    }
    return found.reverse();
  };

  return {
    told: (sha) => void toldShas.add(sha),
    wasTold: (sha) => toldShas.has(sha),
    toldBranch: (branch) => void toldBranches.add(branch),
    untold() {
      const untold: Untold = { created: [], commits: [] };
      for (const sha of fetched(dirs)) for (const theirs of newCommits(sha)) toldShas.add(theirs);
      const now = readTips(dirs, 'heads');
      const vanished = new Set([...before].filter(([branch]) => !now.has(branch)).map(([, sha]) => sha));
      for (const [branch, sha] of now) {
        if (before.get(branch) === sha) continue;
        // A branch that stands where a vanished one stood was renamed.
        const isNew = known === 'now' && !before.has(branch) && !toldBranches.has(branch) && !vanished.has(sha);
        if (isNew) {
          toldBranches.add(branch);
          untold.created.push({ branch, sha });
        }
        for (const commit of newCommits(sha)) {
          toldShas.add(commit);
          untold.commits.push({ branch, sha: commit });
        }
      }
      return untold;
    },
  };
}
