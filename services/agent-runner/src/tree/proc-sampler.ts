import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { createMembership } from './membership.ts';
import type { ProcStat, Procfs } from './procfs.ts';
import type { ProcessIdentity, Sampler, WatchTree } from './sampler.ts';
import { createTreeView, type TreeView } from './tree-view.ts';

/** How often the list of processes is read while anything is watched: a new child is seen this soon. */
const tickMs = 100;

/**
 * One reader of /proc for all runs of a host: each tick lists the pids once (0.2 ms for 160), reads the ones not seen
 * before and those of the trees that are due, and every `sampleIntervalMs` all of them, so that a pid used again is
 * noticed.
 */
export function createProcSampler({
  procfs,
  clock,
  log,
  sampleIntervalMs,
}: {
  procfs: Procfs;
  clock: Clock;
  log: Log;
  sampleIntervalMs: number;
}): Sampler {
  const membership = createMembership({ procfs });
  const views = new Map<string, TreeView>();
  const knownMembers = new Map<string, () => readonly number[]>();
  /** Every pid of the host → its start, as far as it was read. */
  const known = new Map<number, number>();
  let nextFull = 0;
  let loop: Loop | undefined;
  const ended: Promise<void>[] = [];

  const discover = (mono: number): Set<string> => {
    const pids = procfs.pids();
    const full = mono >= nextFull;
    if (full) nextFull = mono + sampleIntervalMs;
    const present = new Set(pids);
    for (const pid of known.keys()) if (!present.has(pid)) known.delete(pid);
    const fresh: ProcStat[] = [];
    const table: ProcStat[] = [];
    for (const pid of pids) {
      if (!full && known.has(pid)) continue;
      const stat = procfs.stat(pid);
      if (stat === null) continue;
      table.push(stat);
      if (known.get(pid) !== stat.startTicks) fresh.push(stat);
      known.set(pid, stat.startTicks);
    }
    const joined = membership.admit(fresh);
    if (full) membership.prune(table);
    return joined;
  };

  const statsOf = (tree: string): ProcStat[] => {
    const stats: ProcStat[] = [];
    for (const pid of knownMembers.get(tree)?.() ?? []) {
      const stat = procfs.stat(pid);
      if (stat !== null) membership.adopt(stat, tree);
    }
    for (const pid of membership.pidsOf(tree)) {
      const stat = procfs.stat(pid);
      if (stat === null || !membership.isMember(stat, tree)) {
        membership.forget(pid);
        continue;
      }
      membership.observe(stat, tree);
      stats.push(stat);
    }
    return stats;
  };

  const look = (tree: string, view: TreeView): void => view.look(statsOf(tree), clock.now(), clock.monotonic());

  const turn = async (): Promise<void> => {
    const mono = clock.monotonic();
    const joined = discover(mono);
    for (const [tree, view] of views) if (joined.has(tree) || view.isDue(mono)) look(tree, view);
  };

  const startWatching = (): void => {
    loop ??= startLoop({ name: 'process sampler', turn, everyMs: tickMs, clock, log });
  };
  const stopWatching = (): void => {
    if (loop !== undefined) ended.push(Promise.resolve(loop[Symbol.asyncDispose]()));
    loop = undefined;
  };

  const livingOf = (tree: string): ProcessIdentity[] => {
    discover(clock.monotonic());
    return statsOf(tree)
      .filter((stat) => stat.state !== 'Z')
      .map(({ pid, startTicks }) => ({ pid, startTicks }));
  };

  return {
    watch({ pid, runId, ownSession, memberPids, ...looks }: WatchTree) {
      const tree = runId;
      const startedMono = clock.monotonic();
      const view = createTreeView({ rootPid: pid, procfs, sampleIntervalMs, startedMono, ...looks });
      if (memberPids !== undefined) knownMembers.set(tree, memberPids);
      const root = procfs.stat(pid);
      membership.addRoot(tree, { pid, startTicks: root?.startTicks ?? 0, runId, ownSession });
      // One that was there before may have children that were looked at when nobody asked whose they are.
      if (!ownSession) {
        known.clear();
        discover(startedMono);
      }
      views.set(tree, view);
      look(tree, view);
      startWatching();
      return {
        members: () => livingOf(tree),
        isAlive: (process) => {
          const stat = procfs.stat(process.pid);
          return stat !== null && stat.startTicks === process.startTicks && stat.state !== 'Z';
        },
        finish() {
          const left = livingOf(tree);
          view.finish();
          views.delete(tree);
          knownMembers.delete(tree);
          membership.removeTree(tree);
          if (views.size === 0) stopWatching();
          return left;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      stopWatching();
      await Promise.all(ended);
    },
  };
}
