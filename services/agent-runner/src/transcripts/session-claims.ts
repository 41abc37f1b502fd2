import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../run/shared-folder.ts';

/** A claim of a run that never ended, because it was killed, is nobody's after this long. */
const oldestMs = 24 * 60 * 60 * 1_000;

type Claim = { run: string; at: number; until?: number };

export type SessionClaims = {
  /** Since when (epoch ms) what a conversation did may be told by this run; null: another run tells it. */
  take(session: string): number | null;
  /** What this run told is told until now; later runs may tell what comes after. */
  release(): void;
};

/**
 * Which run tells of a conversation that a client writes down for all runs of its person in one place: the first that asks.
 * Where nothing can be written everybody does.
 */
export function createSessionClaims({
  runId,
  now,
  folder = sharedFolder('conversations'),
}: {
  runId: string;
  now: () => number;
  folder?: string | null;
}): SessionClaims {
  if (folder === null) return { take: () => 0, release: () => undefined };
  const mine = new Set<string>();
  // Whoever names a conversation may name it longer than a file can be named.
  const path = (session: string): string =>
    join(folder, `${createHash('sha256').update(session).digest('hex').slice(0, 40)}.json`);

  const read = (session: string): Claim | null => {
    try {
      return JSON.parse(readFileSync(path(session), 'utf8')) as Claim;
    } catch {
      // Nobody's, or half written by one who was stopped.
      return null;
    }
  };

  const write = (session: string, claim: Claim, flag: 'w' | 'wx'): boolean => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path(session), JSON.stringify(claim), { flag, mode: 0o600 });
      return true;
    } catch {
      return false;
    }
  };

  return {
    take(session) {
      if (mine.has(session)) return 0;
      const isFirst = write(session, { run: runId, at: now() }, 'wx');
      const before = isFirst ? null : read(session);
      if (before !== null && before.run !== runId && before.until === undefined && now() - before.at < oldestMs)
        return null;
      mine.add(session);
      if (!isFirst) write(session, { run: runId, at: now() }, 'w');
      return before?.until ?? 0;
    },
    release() {
      if (mine.size > 0) forgetOld(folder, now() - 2 * oldestMs);
      for (const session of mine) write(session, { run: runId, at: now(), until: now() }, 'w');
    },
  };
}

function forgetOld(folder: string, before: number): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).mtimeMs < before) rmSync(path, { force: true });
    }
  } catch {
    // Another run forgets them at the same time.
  }
}
