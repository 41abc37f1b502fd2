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

/** Proportional set size: memory that PostgreSQL's processes share counts once. */
function bytesOf(pid: number): number {
  try {
    const line = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The resident set, for a part of one process. */
function rssOf(pid: number): number {
  const pages = Number(statOf(pid)?.[21] ?? 0);
  return pages * 4096;
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? statOf(pid)?.[1] : undefined;
    if (parent !== undefined) parents.set(pid, Number(parent));
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

type Part = { pids: number[]; tree: boolean; cpu: Map<number, number>; start: number; peakBytes: number };

/**
 * Looks at CPU time and memory of named parts four times a second from `mark` on. A part may get further processes (a
 * restarted service); `tree` counts all processes below its pid. Linux only.
 */
export function createUsageMeter() {
  const parts = new Map<string, Part>();

  /** CPU ticks, those of ended children included: a server's backends come and go. */
  const ticks = (part: Part): number => {
    for (const root of part.pids) {
      for (const pid of part.tree ? descendants(root) : [root]) {
        const stat = statOf(pid);
        if (stat === null) continue;
        const own = Number(stat[11]) + Number(stat[12]);
        const ended = part.tree && pid === root ? Number(stat[13]) + Number(stat[14]) : 0;
        part.cpu.set(pid, Math.max(part.cpu.get(pid) ?? 0, own + ended));
      }
    }
    // A backend that ended is in its parent's count of ended children already.
    const alive = new Set<number>(part.tree ? part.pids.flatMap((root) => descendants(root)) : part.cpu.keys());
    let sum = 0;
    for (const [pid, used] of part.cpu) if (alive.has(pid)) sum += used;
    return sum;
  };

  const look = (): void => {
    for (const part of parts.values()) {
      ticks(part);
      const bytes = part.pids
        .flatMap((pid) => (part.tree ? descendants(pid).map(bytesOf) : [rssOf(pid)]))
        .reduce((sum, value) => sum + value, 0);
      part.peakBytes = Math.max(part.peakBytes, bytes);
    }
  };

  const timer = setInterval(look, 250);
  timer.unref();

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
      for (const part of parts.values()) {
        part.start = ticks(part);
        part.peakBytes = 0;
      }
      look();
    },
    /** What each part used since `mark`. */
    read(): Map<string, Usage> {
      look();
      return new Map(
        [...parts].map(([name, part]) => [
          name,
          { cpuSeconds: (ticks(part) - part.start) / ticksPerSecond, peakBytes: part.peakBytes },
        ]),
      );
    },
    [Symbol.dispose](): void {
      clearInterval(timer);
    },
  };
}
export type UsageMeter = ReturnType<typeof createUsageMeter>;
