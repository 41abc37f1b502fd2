import { readdirSync, readlinkSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';

/** Year, month and day. */
const depth = 3;
/** A rollout that somebody else seems to write is looked at soon, and each time less soon: every run of a host looks at it. */
const soonMs = 250;
const mostDoublings = 8;

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // Not there, or not any more.
    return [];
  }
};

/** The files that a process has open; none of one that is gone, that is not ours to look at, or where there is no /proc. */
const openOf = (pid: number): string[] =>
  list(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });

const realOf = (path: string): string | null => {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
};

export type RolloutWatch = Disposable & {
  /** The rollouts that a process of the run was seen to write. */
  own(): readonly string[];
};

/**
 * Watches for rollouts that processes of a run write below `home`, Codex's own folder: whenever one begins or goes on, it is
 * looked who has it open. While none does it costs nothing.
 */
export function watchRollouts({
  home,
  pids,
  now,
}: {
  home: string;
  pids: () => readonly number[];
  now: () => number;
}): RolloutWatch {
  const watchers = new Map<string, FSWatcher>();
  const own = new Set<string>();
  const looks = new Map<string, { at: number; count: number }>();

  const isDue = (path: string): boolean => {
    const last = looks.get(path);
    return last === undefined || now() - last.at >= soonMs * 2 ** Math.min(last.count, mostDoublings);
  };

  const look = (folder: string, names: readonly string[]): void => {
    const paths = names
      .filter((name) => /^rollout-.*\.jsonl$/.test(name))
      .flatMap((name) => realOf(join(folder, name)) ?? [])
      .filter((path) => !own.has(path) && isDue(path));
    if (paths.length === 0) return;
    const open = new Set(pids().flatMap(openOf));
    for (const path of paths) {
      looks.set(path, { at: now(), count: (looks.get(path)?.count ?? 0) + 1 });
      if (open.has(path)) own.add(path);
    }
  };

  const follow = (folder: string, onChange: (name: string | null) => void): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => onChange(name));
      watcher.on('error', () => watcher.close());
      watchers.set(folder, watcher);
    } catch {
      // Not there yet: the one above says when it is.
    }
  };

  /** The newest day's folder is watched, and what is above it for the next one. */
  const followAll = (): void => {
    let folder = join(home, 'sessions');
    // What is above is busy with other things: it is watched for as long as there is nothing below.
    const missing = realOf(home) === null ? join(home, '..') : realOf(folder) === null ? home : null;
    const awaited = missing === home ? 'sessions' : basename(home);
    if (missing !== null) follow(missing, (name) => (name === null || name === awaited) && followAll());
    follow(folder, followAll);
    for (const above of [join(home, '..'), home].filter((one) => one !== missing)) {
      watchers.get(above)?.close();
      watchers.delete(above);
    }
    for (let level = 1; level <= depth; level += 1) {
      folder = join(folder, list(folder).findLast((name) => /^\d+$/.test(name)) ?? '-');
      if (level < depth) follow(folder, followAll);
    }
    if (watchers.has(folder)) return;
    const day = folder;
    follow(day, (name) => name !== null && look(day, [name]));
    look(day, list(day));
  };

  followAll();
  return {
    own: () => [...own].toSorted(),
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
