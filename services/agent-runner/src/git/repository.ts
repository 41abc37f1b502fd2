import { join } from 'node:path';
import { isBornSince, type BranchWatch } from './branch-watch.ts';
import type { Claims } from './claims.ts';
import { createCommitReader, type CommitFacts } from './commit-reader.ts';
import type { GitDirs } from './find-git-dir.ts';
import { createHeadLog } from './head-log.ts';
import { createLooseObjects } from './loose-objects.ts';
import { readLooseCommit } from './read-loose-commit.ts';
import { currentBranch, isBranchName } from './read-refs.ts';
import { isZero, meaningOf, type ReflogEntry, type ReflogMeaning } from './reflog-entry.ts';
import { statOf } from './stat-of.ts';

/** A move of HEAD in a working tree, and the branch it happened on. */
export type Move = { entry: ReflogEntry; meaning: ReflogMeaning; branch: string | undefined };

/** One working tree that the run works in. */
export type Repository = {
  readonly dirs: GitDirs;
  /** A commit is about to be made: be ready to read it. */
  prepare(): void;
  /** Whether a commit has several parents; false when it cannot be read any more. */
  isMerge(sha: string): boolean;
  /** What a commit holds, against its first parent or against `base`; null when it cannot be read any more. */
  describe(sha: string, base?: string): Promise<CommitFacts | null>;
  touch(): void;
  /** What other runs have told of it, shared by its working trees. */
  readonly claims: Claims;
  /** What its branches show at the end, shared by its working trees; null where it is not known what they were before. */
  readonly branches: BranchWatch | null;
  /** Whether its reflog could ever be read. */
  hasLog(): boolean;
  /** Where HEAD went since the last call. */
  takeMoves(): Move[];
  /** The branch it is on after the moves that were taken. */
  branch(): string | undefined;
  close(): void;
};

/** Git writes two lines of a branch that gets another name: that the old one is gone, and where the new one is. */
const isHalfRename = ({ operation }: ReflogMeaning, entry: ReflogEntry): boolean =>
  operation === 'branch_rename' && isZero(entry.new);

/**
 * `startedAt` (ms) is the start of the run; `watchedFromStart` says that the folder was looked at before the program
 * ran, so that whatever its reflog holds by now is old.
 */
export function createRepository({
  dirs,
  startedAt,
  watchedFromStart,
  branches,
  claims,
  env,
}: {
  dirs: GitDirs;
  branches: BranchWatch | null;
  claims: Claims;
  startedAt: number;
  watchedFromStart: boolean;
  env: Readonly<Record<string, string | undefined>>;
}): Repository {
  // Made during the run: all its history is the run's, whatever dates its commits claim.
  const isNew = isBornSince(dirs.gitDir, startedAt);
  const path = join(dirs.gitDir, 'logs/HEAD');
  const untouched = (statOf(path)?.mtimeMs ?? startedAt) < startedAt;
  // Else the log holds both: entries are told apart by their own time, which is of whole seconds.
  const from = watchedFromStart || untouched ? 'end' : isNew ? 'start' : Math.floor(startedAt / 1_000);
  const log = createHeadLog({ path, from });
  const commits = createCommitReader({ gitDir: dirs.gitDir, env });
  const objects = createLooseObjects(dirs.commonDir);
  let branch = currentBranch(dirs) ?? undefined;

  const branchAfter = (name: string | undefined): string | undefined =>
    name === undefined || !isBranchName(dirs, name) ? undefined : name;

  return {
    dirs,
    branches,
    claims,
    prepare: () => commits.prepare(),
    async describe(sha, base) {
      // Git's own answer counts; but its process may come too late, and what this one reads at once is then all there is.
      const asked = commits.describe(sha, base);
      const seen = readLooseCommit(objects, sha, base);
      return (await asked) ?? seen;
    },
    isMerge: (sha) => (objects.commit(sha)?.parents.length ?? 0) > 1,
    touch: () => log.touch(),
    hasLog: () => log.wasSeen(),
    takeMoves() {
      const entries = log.takeNew();
      const head = currentBranch(dirs);
      // Git writes the reflog before it moves HEAD: when HEAD is elsewhere by now, its line is there to be read.
      if (head !== branch) entries.push(...log.takeNew());
      const moves: { entry: ReflogEntry; meaning: ReflogMeaning | null; branch?: string | undefined }[] = entries.map(
        (entry) => ({ entry, meaning: meaningOf(entry.message) }),
      );
      const leaving = moves.find(({ meaning }) => meaning?.movedFrom !== undefined)?.meaning?.movedFrom;
      // Without a move among the entries HEAD is still on the branch that they were made on.
      branch = leaving === undefined ? (head ?? branch) : branchAfter(leaving);
      for (const move of moves) {
        if (move.meaning?.movedTo !== undefined) branch = branchAfter(move.meaning.movedTo);
        move.branch = branch;
      }
      return moves.flatMap(({ entry, meaning, branch }) =>
        meaning === null || isHalfRename(meaning, entry) ? [] : [{ entry, meaning, branch }],
      );
    },
    branch: () => branch,
    close() {
      log.close();
      commits.close();
    },
  };
}
