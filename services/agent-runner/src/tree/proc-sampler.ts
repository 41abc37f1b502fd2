import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { createMembership } from './membership.ts';
import type { ProcStat, Procfs } from './procfs.ts';
import type { ProcessIdentity, Sampler, WatchTree } from './sampler.ts';
import { createTreeView, type TreeView } from './tree-view.ts';

/** How often it is looked whether a process was started while anything is watched: a new child is seen this soon. */
const tickMs = 100;
/** All processes are read this often; more often where it is not told which numbers were given out between two looks. */
const fullEveryMs = 60_000;
const fullWithoutWordMs = 10_000;
/** Up to this many numbers that were given out since the last look are asked for one by one: a list is dearer. */
const mostProbed = 64;
/** The kernel is asked this often who is in a control group; until then whoever is new is asked in which group it is. */
const membersEveryMs = 30_000;

const none: ReadonlySet<string> = new Set();

/** Numbers are given out in turn, and from the lowest again after the highest. */
function isGivenBetween(pid: number, before: number | null, newest: number | null): boolean {
  if (before === null || newest === null) return false;
  return newest >= before ? pid > before && pid <= newest : pid > before || pid <= newest;
}

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
  const knownMembers = new Map<string, { pids: () => readonly number[]; next: number; strangers: number }>();
  /** Every pid of the host → its start, as far as it was read. */
  const known = new Map<number, number>();
  let nextFull = 0;
  let newestPid: number | null = null;
  /** Numbers that were given out, and of whose process nothing could be read yet: asked for once more. */
  let unseen: number[] = [];
  /** How often processes came that no tree is known to own: only then may the kernel know better. */
  let strangers = 0;
  let loop: Loop | undefined;
  const ended: Promise<void>[] = [];

  /** Every process that was not looked at yet, or may be another one by now. */
  const candidates = (mono: number): { pids: readonly number[]; isFull: boolean } => {
    const isFull = mono >= nextFull;
    const newest = procfs.newestPid();
    const before = newestPid;
    if (!isFull && newest !== null && newest === before && unseen.length === 0) return { pids: [], isFull };
    newestPid = newest;
    const given = newest === null || before === null ? -1 : newest - before;
    if (!isFull && given >= 0 && given <= mostProbed) {
      const again = unseen;
      unseen = Array.from({ length: given }, (_none, at) => (before ?? 0) + 1 + at);
      return { pids: [...again, ...unseen], isFull };
    }
    unseen = [];
    if (isFull) nextFull = mono + Math.max(newest === null ? fullWithoutWordMs : fullEveryMs, sampleIntervalMs);
    const pids = procfs.pids();
    const present = new Set(pids);
    for (const pid of known.keys()) if (!present.has(pid)) known.delete(pid);
    if (isFull) return { pids, isFull };
    const isGiven = (pid: number): boolean => isGivenBetween(pid, before, newest);
    return { pids: pids.filter((pid) => !known.has(pid) || isGiven(pid)), isFull };
  };

  const discover = (mono: number): ReadonlySet<string> => {
    const { pids, isFull } = candidates(mono);
    if (pids.length === 0) return none;
    const fresh: ProcStat[] = [];
    const table: ProcStat[] = [];
    const read = new Set<number>();
    for (const pid of pids) {
      const stat = (membership.owns(pid) ? procfs.follow(pid) : null) ?? procfs.stat(pid);
      if (stat === null) continue;
      read.add(pid);
      if (stat.isThread) continue;
      table.push(stat);
      if (known.get(pid) !== stat.startTicks) fresh.push(stat);
      known.set(pid, stat.startTicks);
    }
    // A number is given out a moment before its process can be read.
    unseen = unseen.filter((pid) => !read.has(pid));
    const joined = membership.admit(fresh);
    if (fresh.some(({ pid }) => !membership.owns(pid))) strangers += 1;
    if (isFull) membership.prune(table);
    return joined;
  };

  const adoptMembers = (tree: string, mono: number): void => {
    const members = knownMembers.get(tree);
    if (members === undefined || mono < members.next) return;
    if (mono !== Infinity) {
      if (members.strangers === strangers) return;
      members.next = mono + membersEveryMs;
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
      const stat = procfs.follow(pid);
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
    watch({ pid, runId, ownSession, controlGroup, ...looks }: WatchTree) {
      const tree = runId;
      const startedMono = clock.monotonic();
      const view = createTreeView({ rootPid: pid, procfs, sampleIntervalMs, startedMono, ...looks });
      if (controlGroup !== undefined) knownMembers.set(tree, { pids: controlGroup.pids, next: 0, strangers: -1 });
      const root = procfs.stat(pid);
      membership.addRoot(tree, {
        pid,
        startTicks: root?.startTicks ?? 0,
        runId,
        ownSession,
        controlGroup: controlGroup?.name,
      });
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
        finish({ peakBytes = 0 } = {}) {
          const left = livingOf(tree);
          view.finish(peakBytes);
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
