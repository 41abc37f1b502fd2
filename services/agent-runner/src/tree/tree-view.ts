import type { ProcStat, Procfs } from './procfs.ts';
import { createRunningTotal, type Counted } from './running-total.ts';
import type { TreeLook, TreeSample } from './sampler.ts';

/** What is read of each process by itself. */
type Details = Pick<TreeSample, 'openFiles' | 'ioReadBytes' | 'ioWriteBytes' | 'proportionalBytes'>;
type Look = { at: number; mono: number; stats: ProcStat[]; memoryBytes: number; ticks: number };

/** The first sample is due this long after the start: early enough to be seen, late enough to show the program itself. */
const firstSampleMs = 150;
/** Between samples a tree is looked at this often while it changes, and ever more seldom while it does not. */
const shortestPeekMs = 100;
const longestPeekMs = 2_000;
/** A timer may come this much early. */
const timerSlackMs = 20;
/** Memory without what is counted twice is read with each tenth sample, the first too. */
const proportionalEvery = 10;
/** Open files and bytes of a tree that stands still are read with each so many samples: they cost more than all else. */
const detailsOfStillEvery = 5;
/** Its memory without what is counted twice changes only as others come and go: what was read is told again so often. */
const proportionalOfStill = 3;
/** Told of each: those that hold the most memory, and the busiest. */
const mostChildren = 5;
/** A peak between two samples is worth a sample of its own from here on. */
const worthReporting = 1.05;

const stateNames: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting',
  T: 'stopped',
  t: 'traced',
  Z: 'zombie',
  I: 'idle',
};

/** Trees are sampled together, at one of these many moments of each interval: what is told of them shares batches. */
const momentsPerInterval = 4;

/** The moment nearest to a time. */
function onGrid(mono: number, intervalMs: number): number {
  const grid = intervalMs / momentsPerInterval;
  return Math.round(mono / grid) * grid;
}

/** Whether two looks found the very same: a process of which nothing changed is the same object. */
const isSame = (a: readonly ProcStat[], b: readonly ProcStat[]): boolean =>
  a.length === b.length && a.every((stat, at) => stat === b[at]);

export const keyOf = (stat: { pid: number; startTicks: number }): string => `${stat.pid}:${stat.startTicks}`;

const noStats: readonly ProcStat[] = [];

const ownTicks = (stats: readonly ProcStat[]): Map<string, number> =>
  new Map(stats.map((stat) => [keyOf(stat), stat.ownTicks]));

/** What is known of one tree between two samples, and which looks become samples. */
export function createTreeView(options: {
  rootPid: number;
  procfs: Procfs;
  sampleIntervalMs: number;
  startedMono: number;
  ranBefore?: boolean | undefined;
  onSample: (sample: TreeSample) => void;
  onLook?: ((look: TreeLook) => void) | undefined;
  longestLookMs?: number | undefined;
}) {
  const { rootPid, procfs, onSample, onLook } = options;
  const longestMs = Math.min(longestPeekMs, options.longestLookMs ?? longestPeekMs);
  const cpu = createRunningTotal();
  const ioRead = createRunningTotal();
  const ioWritten = createRunningTotal();
  let reported = {
    mono: options.startedMono,
    ticks: 0,
    own: new Map<string, number>(),
    stats: noStats,
    memoryBytes: 0,
  };
  /** What was told last of a tree that did nothing, to be told again. */
  let idle: Omit<TreeSample, 'at' | keyof Details> | undefined;
  /** Ticks of a processor that were used before the watching began; not known before the first look. */
  let earlier = options.ranBefore === true ? null : 0;
  let highest = 0;
  let detailed = 0;
  let details: Details = {};
  let detailsAt = { ticks: -1, processes: -1, at: -detailsOfStillEvery };
  let proportional: { stats: readonly ProcStat[]; bytes: number | null; told: number } | undefined;
  /** Names of commands of the children that were told last. */
  let names = new Map<string, string>();
  let newest: Look | undefined;
  let peak: Look | undefined;
  let peekMs = shortestPeekMs;
  let nextPeek = 0;
  let nextSample = options.startedMono + firstSampleMs;

  const counted = (
    stats: readonly ProcStat[],
    value: (stat: ProcStat) => { own: number; inherited: number },
  ): Counted[] => {
    const keys = new Map(stats.map((stat) => [stat.pid, keyOf(stat)]));
    return stats.map((stat) => ({ key: keyOf(stat), parentKey: keys.get(stat.parent) ?? null, ...value(stat) }));
  };

  /** Bytes since the start of the run; null when no process lets itself be read. */
  const readIo = (stats: readonly ProcStat[]): { read: number; written: number } | null => {
    const values = new Map(stats.map((stat) => [stat.pid, procfs.io(stat.pid)]));
    if (![...values.values()].some((value) => value !== null)) return null;
    const readable = stats.filter((stat) => values.get(stat.pid) !== null);
    const of = (field: 'read' | 'written') =>
      counted(readable, (stat) => ({ own: 0, inherited: values.get(stat.pid)?.[field] ?? 0 }));
    return { read: ioRead.update(of('read')), written: ioWritten.update(of('written')) };
  };

  const readOpenFiles = (stats: readonly ProcStat[]): number | null => {
    const counts = stats.map((stat) => procfs.openFiles(stat.pid)).filter((count) => count !== null);
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  };

  const readProportional = (stats: readonly ProcStat[]): number | null => {
    if (proportional !== undefined && proportional.told < proportionalOfStill && isSame(proportional.stats, stats)) {
      proportional.told += 1;
      return proportional.bytes;
    }
    const sizes = stats.map((stat) => procfs.proportionalBytes(stat.pid)).filter((size) => size !== null);
    const bytes = sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
    proportional = { stats, bytes, told: 1 };
    return bytes;
  };

  /** A tree that used no tick of a processor since the last sample has opened and written nothing worth a look. */
  const detailsOf = (look: Look): Details => {
    const { ticks, stats } = look;
    const still = detailsAt.ticks === ticks && detailsAt.processes === stats.length;
    const shared = detailed % proportionalEvery === 0 ? readProportional(stats) : null;
    if (!still || detailed - detailsAt.at >= detailsOfStillEvery) {
      detailsAt = { ticks, processes: stats.length, at: detailed };
      const io = readIo(stats);
      const openFiles = readOpenFiles(stats);
      details = {
        ...(openFiles === null ? {} : { openFiles }),
        ...(io === null ? {} : { ioReadBytes: io.read, ioWriteBytes: io.written }),
      };
    }
    detailed += 1;
    return shared === null ? details : { ...details, proportionalBytes: shared };
  };

  const nameOf = (stat: ProcStat): string => names.get(keyOf(stat)) ?? procfs.commandName(stat.pid) ?? stat.name;

  const childrenOf = (stats: readonly ProcStat[], elapsedMs: number): TreeSample['children'] => {
    const children = stats
      .filter((stat) => stat.pid !== rootPid)
      .map((stat) => ({ stat, ticks: stat.ownTicks - (reported.own.get(keyOf(stat)) ?? 0) }))
      .sort((a, b) => b.stat.memoryBytes - a.stat.memoryBytes || a.stat.pid - b.stat.pid);
    const largest = new Set(children.slice(0, mostChildren));
    const busiest = children.filter(({ ticks }) => ticks > 0).toSorted((a, b) => b.ticks - a.ticks);
    const told = new Set([...largest, ...busiest.slice(0, mostChildren)]);
    const known = new Map<string, string>();
    const rows = children
      .filter((child) => told.has(child))
      .map(({ stat, ticks }) => {
        const name = nameOf(stat);
        known.set(keyOf(stat), name);
        return { pid: stat.pid, name, cpuPercent: percent(ticks, elapsedMs), memoryBytes: stat.memoryBytes };
      });
    names = known;
    return rows;
  };

  const percent = (ticks: number, ms: number): number =>
    ms <= 0 ? 0 : Math.round((Math.max(0, ticks) / procfs.ticksPerSecond / (ms / 1_000)) * 10_000) / 100;

  const describe = (look: Look): Omit<TreeSample, 'at' | keyof Details> => {
    const elapsed = look.mono - reported.mono;
    const root = look.stats.find((stat) => stat.pid === rootPid);
    return {
      pid: rootPid,
      cpuPercent: percent(look.ticks - reported.ticks, elapsed),
      memoryBytes: look.memoryBytes,
      threads: look.stats.reduce((sum, stat) => sum + stat.threads, 0),
      processes: look.stats.length,
      status: root === undefined ? 'exited' : (stateNames[root.state] ?? root.state),
      children: childrenOf(look.stats, elapsed),
    };
  };

  const report = (look: Look, withDetails: boolean): void => {
    const { stats, ticks, memoryBytes } = look;
    const did = !isSame(stats, reported.stats) || ticks !== reported.ticks || memoryBytes !== reported.memoryBytes;
    const told = did ? describe(look) : (idle ?? describe(look));
    idle = did ? undefined : told;
    onSample({ at: look.at, ...told, ...(withDetails ? detailsOf(look) : {}) });
    reported = { mono: look.mono, ticks, own: did ? ownTicks(stats) : reported.own, stats, memoryBytes };
    highest = Math.max(highest, memoryBytes);
  };

  const reportPeak = (): void => {
    const after = newest?.memoryBytes ?? 0;
    const worth = peak !== undefined && peak !== newest && peak.mono > reported.mono;
    if (worth && peak !== undefined && peak.memoryBytes > worthReporting * Math.max(highest, after))
      report(peak, false);
    peak = undefined;
  };

  const measure = (stats: ProcStat[], at: number, mono: number): Look => {
    const used = cpu.update(counted(stats, (stat) => ({ own: stat.ownTicks, inherited: stat.inheritedTicks })));
    if (earlier === null) reported.own = ownTicks(stats);
    earlier ??= used;
    const memoryBytes = stats.reduce((sum, stat) => sum + stat.memoryBytes, 0);
    return { at, mono, stats, memoryBytes, ticks: used - earlier };
  };

  return {
    isDue: (mono: number): boolean => mono >= nextPeek - timerSlackMs || mono >= nextSample,
    /** Takes in what was read of the members at one moment. A tree that ended leaves the last living look standing. */
    look(stats: ProcStat[], at: number, mono: number): void {
      const before = newest;
      const still = before !== undefined && isSame(before.stats, stats);
      const look = still ? { ...before, at, mono } : measure(stats, at, mono);
      // A process that is exiting gives its memory back before it is a zombie: 0 bytes would be no living tree's truth.
      if (look.memoryBytes === 0) return;
      newest = look;
      const { ticks, memoryBytes } = look;
      if (peak === undefined || memoryBytes > peak.memoryBytes) peak = newest;
      const calm =
        before !== undefined &&
        before.ticks === ticks &&
        before.stats.length === stats.length &&
        Math.abs(before.memoryBytes - memoryBytes) <= memoryBytes / 100;
      peekMs = calm ? Math.min(longestMs, peekMs * 2) : shortestPeekMs;
      nextPeek = mono + peekMs;
      onLook?.({ cpuMs: (ticks / procfs.ticksPerSecond) * 1_000, memoryBytes, processes: stats.length });
      if (mono < nextSample) return;
      reportPeak();
      report(newest, true);
      const { sampleIntervalMs: interval } = options;
      nextSample = onGrid(Math.max(nextSample + interval, mono + interval / 2), interval);
    },
    /**
     * The last look that was not reported yet, so that a run of a moment has a sample too. `peakBytes`: what it is known to
     * have had; then its peak is told, however little it is above the rest.
     */
    finish(peakBytes = 0): void {
      const bytes = Math.max(peakBytes, peak?.memoryBytes ?? 0);
      if (peakBytes > 0 && newest !== undefined && bytes > highest) report({ ...newest, memoryBytes: bytes }, false);
      reportPeak();
      if (newest !== undefined && newest.mono > reported.mono) report(newest, false);
    },
  };
}
export type TreeView = ReturnType<typeof createTreeView>;
