import { readdirSync, readFileSync } from 'node:fs';

/** What a part of the system has used: its processes together, those that were killed included. */
export type Usage = { cpuSeconds: number; peakBytes: number };

const ticksPerSecond = 100;

/** `/proc/<pid>/stat` after the command's name, which may hold spaces and brackets. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

type Memory = { own: number; shared: number };

/** Resident memory: what is the process's alone, and what it may share (program text, the server's shared memory). */
function memoryOf(pid: number): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    return { own: bytes('RssAnon'), shared: bytes('RssShmem') + bytes('RssFile') };
  } catch {
    return { own: 0, shared: 0 };
  }
}

/** Children by parent, of all processes. */
function readTree(): Map<number, number[]> {
  const tree = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? Number(statOf(pid)?.[1]) : Number.NaN;
    if (Number.isNaN(parent)) continue;
    const siblings = tree.get(parent) ?? [];
    tree.set(parent, siblings);
    siblings.push(pid);
  }
  return tree;
}

function below(roots: readonly number[], tree: ReadonlyMap<number, number[]>): number[] {
  const found = [...roots];
  for (const pid of found) found.push(...(tree.get(pid) ?? []));
  return found;
}

type Part = { pids: number[]; tree: boolean; cpu: Map<number, number>; start: number; peakBytes: number };

/**
 * Looks at CPU time and memory of named parts from `mark` on. A part may get further processes (a restarted service);
 * `tree` counts all processes below its pid. Linux only. Looking takes milliseconds: `lookEveryMs` null looks at `mark` and
 * `read` alone, which sees neither peaks of memory in between nor what killed processes used.
 */
export function createUsageMeter({ lookEveryMs = 500 }: { lookEveryMs?: number | null } = {}) {
  const parts = new Map<string, Part>();

  /** Takes in what a part's processes used and hold now; returns its CPU ticks so far. */
  const lookAt = (part: Part, tree: ReadonlyMap<number, number[]>): number => {
    const pids = part.tree ? below(part.pids, tree) : part.pids;
    for (const pid of pids) {
      const stat = statOf(pid);
      if (stat === null) continue;
      // A server's root counts the backends that ended.
      const ended = part.tree && part.pids.includes(pid) ? Number(stat[13]) + Number(stat[14]) : 0;
      part.cpu.set(pid, Math.max(part.cpu.get(pid) ?? 0, Number(stat[11]) + Number(stat[12]) + ended));
    }
    const memory = pids.map(memoryOf);
    const own = memory.reduce((sum, { own }) => sum + own, 0);
    part.peakBytes = Math.max(part.peakBytes, own + Math.max(0, ...memory.map(({ shared }) => shared)));
    // What an ended backend used is in its root's count already; a killed service is in nobody's.
    const counted = part.tree ? pids : [...part.cpu.keys()];
    return counted.reduce((sum, pid) => sum + (part.cpu.get(pid) ?? 0), 0);
  };

  const look = (): Map<string, number> => {
    const tree = readTree();
    return new Map([...parts].map(([name, part]) => [name, lookAt(part, tree)]));
  };

  const timer = lookEveryMs === null ? undefined : setInterval(look, lookEveryMs);
  timer?.unref();

  return {
    /** Adds a process to a part. */
    watch(name: string, pid: number, options: { tree?: boolean } = {}): void {
      const part: Part = parts.get(name) ?? {
        pids: [],
        tree: options.tree ?? false,
        cpu: new Map(),
        start: 0,
        peakBytes: 0,
      };
      part.pids.push(pid);
      parts.set(name, part);
    },
    /** Forgets what was used until now. */
    mark(): void {
      for (const [name, ticks] of look()) {
        const part = parts.get(name);
        if (part === undefined) continue;
        part.start = ticks;
        part.peakBytes = 0;
      }
    },
    /** What each part used since `mark`. */
    read(): Map<string, Usage> {
      return new Map(
        [...look()].map(([name, ticks]) => {
          const part = parts.get(name);
          const cpuSeconds = (ticks - (part?.start ?? 0)) / ticksPerSecond;
          return [name, { cpuSeconds, peakBytes: part?.peakBytes ?? 0 }];
        }),
      );
    },
    [Symbol.dispose](): void {
      clearInterval(timer);
    },
  };
}
export type UsageMeter = ReturnType<typeof createUsageMeter>;
