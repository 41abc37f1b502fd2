import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../run/shared-folder.ts';

/** What the runs of this machine and user have told of one repository, so that each thing is told once. */
export type Claims = {
  /** This run's own git reported it: it is this run's, also where another has seen its effect before. */
  told(what: string): void;
  /** Its effect is seen: whether it is this run's to tell, as no other has told or seen it since this one began. */
  see(what: string): boolean;
  /** Whether another run's git has reported it since this one began. */
  isTheirs(what: string): boolean;
};

/** Nothing is asked for after this: what is read later happened in a run that began later. */
const keptMs = 24 * 3_600_000;
const mostCleaned = 1_000;
const everything: Claims = { told: () => undefined, see: () => true, isTheirs: () => false };
const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

function removeOld(folder: string): void {
  const before = Date.now() - keptMs;
  for (const name of readdirSync(folder).slice(0, mostCleaned)) {
    const path = join(folder, name);
    // Another run may clean at the same time.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && stat.mtimeMs < before) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Two runs in one repository, or one within another, read the same reflogs and branches: what only those tell is told by
 * the run that sees it first, and by no other once the run whose git reported it has. A file for each, since the runs may
 * be watched by different processes; where none can be written each run tells what it sees.
 */
export function createClaims(options: { commonDir: string; runId: string; startedAt: number }): Claims {
  const { commonDir, runId, startedAt } = options;
  const root = sharedFolder('git');
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

  /** What another run wrote since this one began; an older one is of a branch of the same name, say. */
  const theirs = (what: string): string | null => {
    try {
      if (statSync(pathOf(what)).mtimeMs < startedAt - 1_000) return null;
      const claim = readFileSync(pathOf(what), 'utf8');
      return claim.endsWith(` ${runId}`) ? null : claim;
    } catch {
      return null;
    }
  };
  const write = (what: string, how: 'seen' | 'told', flag: 'w' | 'wx'): boolean => {
    try {
      writeFileSync(pathOf(what), `${how} ${runId}`, { flag, mode: 0o600 });
      return true;
    } catch {
      return false;
    }
  };

  return {
    told: (what) => void write(what, 'told', 'w'),
    see(what) {
      if (write(what, 'seen', 'wx')) return true;
      if (theirs(what) !== null) return false;
      write(what, 'seen', 'w');
      return true;
    },
    isTheirs: (what) => theirs(what)?.startsWith('told ') === true,
  };
}
