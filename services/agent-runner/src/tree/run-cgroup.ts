import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One folder of a control group that holds the processes of one run. */
type Group = { folder: string; home: string; kind: 'v2' | 'memory' | 'pids' };

/**
 * The control group of one run: whatever the program starts is in it, whoever its parent is by then. What a system does
 * not allow is left out, and `exact` says what is there.
 */
export type RunCgroup = Disposable & {
  /** Of its folder, wherever that is. */
  name: string;
  exact: { members: boolean; kill: boolean; cpu: boolean; memory: boolean; processes: boolean };
  /** Calls `start` with this process inside, so that its children begin their life there. */
  inside<T>(start: () => T): T;
  /** The kernel itself holds the run to these from now on. `tasks` counts threads too. */
  hold(limits: { memoryBytes?: number | undefined; tasks?: number | undefined }): void;
  pids(): number[];
  /** Processor time of the whole run so far; null where the kernel does not count it. */
  cpuMs(): number | null;
  /** How often the kernel killed a process of the run because its memory was used up. */
  outOfMemoryKills(): number;
  /** Nothing in the run can start another process or thread any more. */
  stopForks(): void;
  /** Holds all of it still, or lets it go on; false where that takes signals. */
  freeze(still: boolean): boolean;
  /** SIGKILL to all of it at once; false where that takes one signal for each. */
  kill(): boolean;
};

/** How the name of the group of a run begins. */
export const runGroupPrefix = 'telltale-run-';

const read = (folder: string, file: string): string => {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    // The kernel is too old for it, or the folder is gone with its last process: both mean nothing to know.
    return '';
  }
};
const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    // It is gone with its last process.
    return [];
  }
};
const write = (folder: string, file: string, value: string): boolean => {
  try {
    writeFileSync(join(folder, file), value);
    return true;
  } catch {
    return false;
  }
};
const field = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

/** Where the hierarchies are mounted and where in them this process is. */
function homes(proc = '/proc/self'): { kind: Group['kind']; home: string }[] {
  const own = new Map(
    read(proc, 'cgroup')
      .split('\n')
      .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
      .flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? '/'] as const])),
  );
  const mounts = read(proc, 'mountinfo')
    .split('\n')
    .map((line) => / \/ (\S+) \S+ .*- (cgroup2?) \S+ (\S+)$/.exec(line))
    .filter((match) => match !== null);
  return mounts.flatMap(([, at = '', type, options = '']) => {
    const names = options.split(',');
    const kind =
      type === 'cgroup2' ? 'v2' : names.includes('memory') ? 'memory' : names.includes('pids') ? 'pids' : null;
    const key = kind === 'v2' ? '' : [...own.keys()].find((name) => kind !== null && name.split(',').includes(kind));
    const path = key === undefined ? undefined : own.get(key);
    return kind === null || path === undefined ? [] : [{ kind, home: join(at, path) }];
  });
}

/** Beside our own group where its parent hands controllers on; else within our own. */
function placesFor({ kind, home }: { kind: Group['kind']; home: string }): string[] {
  if (kind !== 'v2') return [home];
  const beside = dirname(home);
  return /memory|pids/.test(read(beside, 'cgroup.subtree_control')) ? [beside, home] : [home];
}

function makeGroup(home: { kind: Group['kind']; home: string }, name: string): Group | null {
  for (const place of placesFor(home)) {
    const folder = join(place, name);
    try {
      removeDead(place);
      mkdirSync(folder);
    } catch {
      continue;
    }
    const group = { ...home, folder };
    // Whoever cannot come back must not go in.
    if (write(folder, 'cgroup.procs', String(process.pid)) && write(group.home, 'cgroup.procs', String(process.pid)))
      return group;
    removeGroup(folder);
  }
  return null;
}

/** Removes a group in which nothing lives. */
export function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something in it still lives, or it is gone already; the next run tries again.
  }
}

/** Groups that a killed process left behind are empty, or hold a run that nobody watches: only the empty ones go. */
function removeDead(place: string): void {
  for (const name of listed(place)) {
    // One that was just made is empty too, so its maker must be gone.
    const maker = name.startsWith(runGroupPrefix) ? /-(\d+)$/.exec(name)?.[1] : undefined;
    if (maker !== undefined && !existsSync(`/proc/${maker}`)) removeGroup(join(place, name));
  }
}

/** A folder has a link from each folder in it, beside its own two: the dear listing is spared where there is none. */
function hasFolders(folder: string): boolean {
  const links = statSync(folder, { throwIfNoEntry: false })?.nlink;
  return links === 1 || (links ?? 0) > 2;
}

/** Who is in a group and in the groups of runs that were started within it. */
export function pidsIn(folder: string): number[] {
  const own = read(folder, 'cgroup.procs')
    .split('\n')
    .map(Number)
    // Zero is a process of another namespace; and whatever happens, nobody here may take us for one of the run.
    .filter((pid) => pid > 0 && pid !== process.pid);
  const nested = hasFolders(folder) ? listed(folder).filter((name) => name.startsWith(runGroupPrefix)) : [];
  return [...own, ...nested.flatMap((name) => pidsIn(join(folder, name)))];
}

const nameOf = (runId: string, maker: number | string): string =>
  `${runGroupPrefix}${runId.replaceAll(/[^\w-]/g, '_').slice(0, 100)}-${maker}`;

/** Groups of a run whose maker is dead. */
export function groupsLeftBy(runId: string): string[] {
  const start = nameOf(runId, '');
  return homes()
    .flatMap(placesFor)
    .flatMap((place) =>
      listed(place).flatMap((name) => {
        const maker = name.startsWith(start) ? name.slice(start.length) : '';
        return /^\d+$/.test(maker) && !existsSync(`/proc/${maker}`) ? [join(place, name)] : [];
      }),
    );
}

/** SIGKILL to all of a group at once; false where the kernel cannot. */
export const killGroup = (folder: string): boolean => write(folder, 'cgroup.kill', '1');

/** Null where no control group may be made (the common case without root or a delegated group). `proc`: who makes it. */
export function makeRunCgroup(runId: string, proc?: string): RunCgroup | null {
  const name = nameOf(runId, process.pid);
  let groups: Group[];
  try {
    groups = homes(proc).flatMap((home) => makeGroup(home, name) ?? []);
  } catch {
    return null;
  }
  if (groups.length === 0) return null;
  const of = (kind: Group['kind']): string | undefined => groups.find((group) => group.kind === kind)?.folder;
  const v2 = of('v2');
  const has = (file: string): boolean => v2 !== undefined && read(v2, file) !== '';
  const memory = has('memory.max') ? v2 : of('memory');
  const tasks = has('pids.max') ? v2 : of('pids');
  const [anyGroup] = groups;

  return {
    name,
    exact: {
      members: true,
      kill: v2 !== undefined && has('cgroup.events'),
      cpu: v2 !== undefined,
      memory: memory !== undefined,
      processes: tasks !== undefined,
    },
    inside(start) {
      const entered = groups.filter(({ folder }) => write(folder, 'cgroup.procs', String(process.pid)));
      try {
        return start();
      } finally {
        for (const { home } of entered) write(home, 'cgroup.procs', String(process.pid));
      }
    },
    hold({ memoryBytes, tasks: most }) {
      if (memoryBytes !== undefined && memory !== undefined) {
        const bytes = String(memoryBytes);
        if (memory === v2) {
          write(memory, 'memory.max', bytes);
          // Otherwise it would be let into the swap first.
          write(memory, 'memory.swap.max', '0');
        } else write(memory, 'memory.limit_in_bytes', bytes);
      }
      if (most !== undefined && tasks !== undefined) write(tasks, 'pids.max', String(most));
    },
    pids: () => (anyGroup === undefined ? [] : pidsIn(anyGroup.folder)),
    cpuMs: () => (v2 === undefined ? null : field(read(v2, 'cpu.stat'), 'usage_usec') / 1_000),
    outOfMemoryKills() {
      if (memory === undefined) return 0;
      return field(read(memory, memory === v2 ? 'memory.events' : 'memory.oom_control'), 'oom_kill');
    },
    stopForks() {
      if (tasks !== undefined) write(tasks, 'pids.max', '0');
    },
    freeze: (still) => v2 !== undefined && write(v2, 'cgroup.freeze', still ? '1' : '0'),
    kill: () => v2 !== undefined && killGroup(v2),
    [Symbol.dispose]() {
      for (const { folder } of groups) removeGroup(folder);
    },
  };
}
