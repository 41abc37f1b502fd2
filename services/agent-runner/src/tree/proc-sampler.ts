import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { createMembership } from './membership.ts';
import type { ProcStat, Procfs } from './procfs.ts';
import type { ProcessIdentity, Sampler, WatchTree } from './sampler.ts';
import { createTreeView, type TreeView } from './tree-view.ts';

/** How often it is looked whether a process was started while anything is watched: a new child is seen this soon. */
const tickMs = 100;
/** All processes are read this often, for a pid that was used again between two looks. */
const fullEveryMs = 10_000;

const none: ReadonlySet<string> = new Set();

/**
 * One reader of /proc for all runs of a host. When something was started since the last tick, it lists the pids once
 * (0.2 ms for 160) and reads those not seen before; then it reads the trees that are due.
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
  /** Members by the kernel's own word, and when it is asked again: a file and a folder are read for it. */
  const knownMembers = new Map<
    string,
    { pids: () => readonly number[]; everyMs: number; next: number; strangers: number }
  >();
  /** Every pid of the host → its start, as far as it was read. */
  const known = new Map<number, number>();
  let nextFull = 0;
  let newestPid: number | null = null;
  /** How often processes came that no tree is known to own: only then may the kernel know better. */
  let strangers = 0;
  let loop: Loop | undefined;
  const ended: Promise<void>[] = [];

  const discover = (mono: number): ReadonlySet<string> => {
    const full = mono >= nextFull;
    const newest = procfs.newestPid();
    if (!full && newest !== null && newest === newestPid) return none;
    newestPid = newest;
    const pids = procfs.pids();
    if (full) nextFull = mono + Math.max(fullEveryMs, sampleIntervalMs);
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
    if (fresh.some(({ pid }) => !membership.owns(pid))) strangers += 1;
    if (full) membership.prune(table);
    return joined;
  };

  const adoptMembers = (tree: string, mono: number): void => {
    const members = knownMembers.get(tree);
    if (members === undefined || mono < members.next) return;
    if (mono !== Infinity) {
      if (members.strangers === strangers) return;
      members.next = mono + members.everyMs;
      members.strangers = strangers;
    }
    for (const pid of members.pids()) {
      // Whether it is still the same process is looked at with all members.
      if (membership.holds(pid, tree)) continue;
      const stat = procfs.stat(pid);
      if (stat !== null) membership.adopt(stat, tree);
    }
  };

  const statsOf = (tree: string, mono: number): ProcStat[] => {
    adoptMembers(tree, mono);
    const stats: ProcStat[] = [];
    for (const pid of membership.pidsOf(tree)) {
      const stat = procfs.stat(pid);
      if (stat === null || !membership.isMember(stat, tree)) {
        membership.forget(pid);
        continue;
      }
      membership.observe(stat);
      stats.push(stat);
    }
    return stats;
  };

  const look = (tree: string, view: TreeView, mono: number): void =>
    view.look(statsOf(tree, mono), clock.now(), clock.monotonic());

  const turn = async (): Promise<void> => {
    const mono = clock.monotonic();
    const joined = discover(mono);
    for (const [tree, view] of views) if (joined.has(tree) || view.isDue(mono)) look(tree, view, mono);
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
    return statsOf(tree, Infinity)
      .filter((stat) => stat.state !== 'Z')
      .map(({ pid, startTicks }) => ({ pid, startTicks }));
  };

  return {
    watch({ pid, runId, ownSession, memberPids, ...looks }: WatchTree) {
      const tree = runId;
      const startedMono = clock.monotonic();
      const view = createTreeView({ rootPid: pid, procfs, sampleIntervalMs, startedMono, ...looks });
      const everyMs = looks.longestLookMs ?? sampleIntervalMs;
      if (memberPids !== undefined) knownMembers.set(tree, { pids: memberPids, everyMs, next: 0, strangers: -1 });
      const root = procfs.stat(pid);
      membership.addRoot(tree, { pid, startTicks: root?.startTicks ?? 0, runId, ownSession });
      // One that was there before may have children that were looked at when nobody asked whose they are.
      if (!ownSession) {
        known.clear();
        newestPid = null;
        discover(startedMono);
        membership.gather(
          tree,
          procfs.pids().flatMap((one) => procfs.stat(one) ?? []),
        );
      }
      views.set(tree, view);
      look(tree, view, startedMono);
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
