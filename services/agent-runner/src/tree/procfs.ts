import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';

/** What `/proc/<pid>/stat` says of one process. */
export type ProcStat = {
  pid: number;
  name: string;
  /** R, S, D, T, t, Z, X, I. */
  state: string;
  parent: number;
  group: number;
  session: number;
  /** Processor time of its own, user and system, in clock ticks. */
  ownTicks: number;
  /** Processor time of children that ended and were waited for, with theirs. */
  inheritedTicks: number;
  threads: number;
  /** Ticks after boot; with the pid it identifies a process. */
  startTicks: number;
  memoryBytes: number;
  /** One of the threads of a process, which can be read by its number though no list names it. */
  isThread: boolean;
};

export type Procfs = ReturnType<typeof createProcfs>;

/** Of a command that is told; programs may write whole sentences there. */
const longestName = 100;
const auxvPageSize = 6n;
const auxvClockTicks = 17n;

/** Files of `/proc` that stay open: beyond them each look opens its own. */
const mostKept = 400;
/** The rest of what this process may open is for pipes, sockets and the spool. */
const keptPart = 4;

/** More than most environments are long; a longer one is read by itself. */
const roomOfEnvironment = 64 * 1_024;
/** A line of `stat`, with room for digits to come. */
const roomOfStat = 384;
/** What the end of a thread tells nobody. */
const noSignal = -1;

/** A process that is looked at again and again. `text`: what was read last, of which `stat` was made. */
type Kept = { fd: number; text: Buffer; length: number; stat: ProcStat };

/** Page size and clock ticks, as the kernel told this process at its start. */
function readAuxv(root: string): { pageSize: number; ticksPerSecond: number } {
  const auxv = readFileSync(`${root}/self/auxv`);
  const values = new Map<bigint, number>();
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    values.set(auxv.readBigUInt64LE(at), Number(auxv.readBigUInt64LE(at + 8)));
  }
  return { pageSize: values.get(auxvPageSize) ?? 4_096, ticksPerSecond: values.get(auxvClockTicks) ?? 100 };
}

/** How many files this process may have open; 0 where nobody says. */
function readOpenFilesLimit(root: string): number {
  try {
    const soft = /^Max open files +(\d+|unlimited)/m.exec(readFileSync(`${root}/self/limits`, 'latin1'))?.[1] ?? '0';
    return soft === 'unlimited' ? Infinity : Number(soft);
  } catch {
    return 0;
  }
}

/**
 * Reads the process table of Linux. All reads are synchronous: /proc answers from memory (13 µs for one stat, a third of it
 * through a file that is open already), and a round trip through the thread pool would cost more. Whatever cannot be read
 * (ended, another user's) is null.
 */
export function createProcfs(root = '/proc') {
  const { pageSize, ticksPerSecond } = readAuxv(root);
  const buffer = Buffer.allocUnsafe(4_096);
  let variables: Buffer | undefined;

  const read = (path: string): Buffer | null => {
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
    } catch {
      // Ended between listing and reading, or not ours to see: both mean there is nothing to know.
      return null;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  };

  /** With a NUL before the first variable too. */
  const readEnvironment = (pid: number): Buffer | null => {
    let fd: number | undefined;
    try {
      fd = openSync(`${root}/${pid}/environ`, 'r');
      variables ??= Buffer.alloc(roomOfEnvironment);
      let length = 1;
      for (let more = -1; more !== 0 && length < variables.length; length += more)
        more = readSync(fd, variables, length, variables.length - length, length - 1);
      return length < variables.length
        ? variables.subarray(0, length)
        : Buffer.concat([Buffer.alloc(1), readFileSync(`${root}/${pid}/environ`)]);
    } catch {
      return null;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  };

  const kept = new Map<number, Kept>();
  const most = Math.min(mostKept, Math.floor(readOpenFilesLimit(root) / keptPart));
  const close = (pid: number): void => {
    const file = kept.get(pid);
    if (file === undefined) return;
    kept.delete(pid);
    closeSync(file.fd);
  };
  const keep = (pid: number): ProcStat | null => {
    let fd: number | undefined;
    try {
      fd = openSync(`${root}/${pid}/stat`, 'r');
      const length = readSync(fd, buffer, 0, buffer.length, 0);
      const stat = parseStat(pid, buffer.subarray(0, length), pageSize);
      if (stat !== null && kept.size < most) {
        const text = Buffer.from(buffer.subarray(0, Math.max(length, roomOfStat)));
        kept.set(pid, { fd, text, length, stat });
        fd = undefined;
      }
      return stat;
    } catch {
      return null;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  };
  const readKept = (file: Kept): ProcStat | null => {
    const length = readSync(file.fd, buffer, 0, buffer.length, 0);
    // Most processes wait most of the time: what says the same is the same object.
    if (length === file.length && buffer.compare(file.text, 0, length, 0, length) === 0) return file.stat;
    const stat = parseStat(file.stat.pid, buffer.subarray(0, length), pageSize);
    if (stat === null) return null;
    if (length > file.text.length) file.text = Buffer.allocUnsafe(2 * length);
    buffer.copy(file.text, 0, 0, length);
    file.length = length;
    file.stat = stat;
    return stat;
  };

  return {
    ticksPerSecond,
    pids(): number[] {
      const pids: number[] = [];
      for (const name of readdirSync(root)) {
        const first = name.charCodeAt(0);
        if (first >= 0x31 && first <= 0x39) pids.push(Number(name));
      }
      return pids;
    },
    /** The pid that was given out last, also to a thread: as long as it stays the same nothing was started. null: not told. */
    newestPid(): number | null {
      const text = read(`${root}/loadavg`)?.toString('latin1').trimEnd();
      const found = text === undefined ? NaN : Number(text.slice(text.lastIndexOf(' ') + 1));
      return Number.isInteger(found) && found > 0 ? found : null;
    },
    stat(pid: number): ProcStat | null {
      const bytes = read(`${root}/${pid}/stat`);
      return bytes === null ? null : parseStat(pid, bytes, pageSize);
    },
    /** As `stat`, of a process that is asked about often, until it is left. What says the same again is the same object. */
    follow(pid: number): ProcStat | null {
      const file = kept.get(pid);
      if (file === undefined) return keep(pid);
      try {
        const stat = readKept(file);
        if (stat !== null) return stat;
      } catch {
        // That very process is gone, whoever has its number by now.
      }
      close(pid);
      return null;
    },
    /** Nobody follows it any more. */
    leave: close,
    /** The innermost folders of its control groups that begin with `prefix`; empty where there are none. */
    groupNames(pid: number, prefix: string): string[] {
      const text = read(`${root}/${pid}/cgroup`)?.toString('latin1') ?? '';
      if (!text.includes(prefix)) return [];
      return text.split(/[/\n]/).filter((name) => name.startsWith(prefix));
    },
    /** Bytes read from and written to storage, with those of children that were waited for. */
    io(pid: number): { read: number; written: number } | null {
      const text = read(`${root}/${pid}/io`)?.toString('latin1');
      const found = text === undefined ? null : /^read_bytes: (\d+)\nwrite_bytes: (\d+)$/m.exec(text);
      return found === null ? null : { read: Number(found[1]), written: Number(found[2]) };
    },
    /** Memory with shared pages divided among those who share them, bytes. Dearer than the rest: all mappings are added up. */
    proportionalBytes(pid: number): number | null {
      const kilobytes = /^Pss: +(\d+) kB$/m.exec(read(`${root}/${pid}/smaps_rollup`)?.toString('latin1') ?? '')?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
    },
    openFiles(pid: number): number | null {
      try {
        // Newer kernels (6.2) say it as the size of the folder, which is cheaper than a list.
        const { size } = statSync(`${root}/${pid}/fd`);
        return size > 0 ? size : readdirSync(`${root}/${pid}/fd`).length;
      } catch {
        return null;
      }
    },
    /**
     * The program that a process was started as, without its folder. The name in `stat` is cut at 15 characters and may be
     * that of a thread. null when it says nothing, as a zombie does.
     */
    commandName(pid: number): string | null {
      const [program = ''] = (read(`${root}/${pid}/cmdline`)?.toString('utf8') ?? '').split('\0', 1);
      const name = program.slice(program.startsWith('/') ? program.lastIndexOf('/') + 1 : 0).trim();
      return name === '' ? null : name.slice(0, longestName).toWellFormed();
    },
    /** The value of a variable in the environment that a process was started with. */
    environmentValue(pid: number, name: string): string | null {
      const environment = readEnvironment(pid);
      if (environment === null) return null;
      const before = `\0${name}=`;
      const at = environment.indexOf(before, 0, 'latin1');
      if (at === -1) return null;
      const start = at + before.length;
      const end = environment.indexOf(0, start);
      return environment.toString('latin1', start, end === -1 ? environment.length : end);
    },
  };
}

/** The name stands in parentheses and may itself hold spaces and parentheses. */
export function parseStat(pid: number, bytes: Buffer, pageSize: number): ProcStat | null {
  const open = bytes.indexOf(0x28);
  const close = bytes.lastIndexOf(0x29);
  if (open === -1 || close === -1) return null;
  const fields = bytes.toString('latin1', close + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    name: bytes.toString('utf8', open + 1, close),
    state: fields[0] ?? '?',
    parent: number(1),
    group: number(2),
    session: number(3),
    ownTicks: number(11) + number(12),
    inheritedTicks: number(13) + number(14),
    threads: number(17),
    startTicks: number(19),
    memoryBytes: Math.max(0, number(21)) * pageSize,
    isThread: number(35) === noSignal,
  };
}
