import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** What the runs of this machine and user have told of one repository, so that each thing is told once. */
export type Claims = {
  /** Whether it is this run's to tell: nobody else has told it since this run began. From now on nobody else does. */
  take(what: string): boolean;
  /** Whether another run has told it since this one began. */
  isTheirs(what: string): boolean;
};

/** Nothing is asked for after this: what is read later happened in a run that began later. */
const keptMs = 24 * 3_600_000;
const mostCleaned = 1_000;
const everything: Claims = { take: () => true, isTheirs: () => false };
const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The same for every process of this user, whatever its `$TMPDIR` is; null where it is not ours alone. */
function sharedFolder(): string | null {
  const { uid } = userInfo();
  const path = `/tmp/telltale-git-${uid}`;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stat = lstatSync(path);
    return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0 ? path : null;
  } catch {
    return null;
  }
}

function removeOld(folder: string): void {
  const before = Date.now() - keptMs;
  for (const name of readdirSync(folder).slice(0, mostCleaned)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < before) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Two runs in one repository, or one within another, read the same reflogs and branches: what only those tell is told by
 * the run that takes it first, and not at all by others once the run whose git reported it has. A file for each, since
 * the runs may be watched by different processes; where none can be written each run tells what it sees.
 */
export function createClaims(options: { commonDir: string; runId: string; startedAt: number }): Claims {
  const { commonDir, runId, startedAt } = options;
  const root = sharedFolder();
  if (root === null) return everything;
  const folder = join(root, nameOf(commonDir));
  try {
    removeOld(root);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOld(folder);
  } catch {
    return everything;
  }
  const pathOf = (what: string): string => join(folder, nameOf(what));
  return {
    take(what) {
      try {
        writeFileSync(pathOf(what), runId, { flag: 'wx', mode: 0o600 });
        return true;
      } catch {
        if (isTheirs(pathOf(what))) return false;
      }
      try {
        // Of a run before this one: a branch of the same name, say.
        writeFileSync(pathOf(what), runId, { mode: 0o600 });
      } catch {
        // It cannot be written any more: each run tells what it sees.
      }
      return true;
    },
    isTheirs: (what) => isTheirs(pathOf(what)),
  };

  function isTheirs(path: string): boolean {
    try {
      return statSync(path).mtimeMs >= startedAt - 1_000 && readFileSync(path, 'utf8') !== runId;
    } catch {
      return false;
    }
  }
}
