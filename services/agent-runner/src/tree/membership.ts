import type { ProcStat, Procfs } from './procfs.ts';
import { runGroupPrefix } from './run-cgroup.ts';

export type TreeKey = string;
export type Root = {
  /** 0: it is gone, and what carries its mark is all there is of it. */
  pid: number;
  startTicks: number;
  runId: string;
  ownSession: boolean;
  /** The name of the control group of the run, where it has one. */
  controlGroup?: string | undefined;
};

type Member = { tree: TreeKey; startTicks: number };

/** The variable by which a process that left its parents behind is still known. */
const marker = 'TELLTALE_RUN_ID';

/**
 * Which process belongs to which watched tree. A process joins the tree of its parent; else of the session or group
 * that a member made; else of the run whose control group it is in, or that its environment names (a daemon that forked twice between two looks). Once in,
 * it stays until it ends, whoever its parent is by then: a process is (pid, start time), and pids are used again.
 *
 * What was attached may stand within another tree (a shell is watched, then the agent in it): a process is entered in the
 * innermost one, and is of all around that too.
 */
export function createMembership({ procfs }: { procfs: Procfs }) {
  const members = new Map<number, Member>();
  const pids = new Map<TreeKey, Set<number>>();
  const sessions = new Map<number, TreeKey>();
  const groups = new Map<number, TreeKey>();
  const runs = new Map<string, TreeKey>();
  const controlGroups = new Map<string, TreeKey>();
  const roots = new Map<TreeKey, number>();
  /** Of a tree within another: which. */
  const outer = new Map<TreeKey, TreeKey>();

  const isWithin = (tree: TreeKey | undefined, around: TreeKey): boolean => {
    for (let at = tree; at !== undefined; at = outer.get(at)) if (at === around) return true;
    return false;
  };
  const putWithin = (tree: TreeKey, around: TreeKey | undefined): void => {
    if (around !== undefined && !isWithin(around, tree)) outer.set(tree, around);
  };

  const enter = (pid: number, member: Member): void => {
    const before = members.get(pid);
    if (before !== undefined) pids.get(before.tree)?.delete(pid);
    members.set(pid, member);
    const set = pids.get(member.tree) ?? new Set<number>();
    pids.set(member.tree, set.add(pid));
  };

  const leave = (pid: number): void => {
    const member = members.get(pid);
    members.delete(pid);
    procfs.leave(pid);
    if (member !== undefined) pids.get(member.tree)?.delete(pid);
  };

  const observe = (stat: ProcStat, tree = members.get(stat.pid)?.tree): void => {
    if (tree === undefined) return;
    if (stat.session === stat.pid) sessions.set(stat.pid, tree);
    if (stat.group === stat.pid) groups.set(stat.pid, tree);
  };

  const ownerOf = (stat: ProcStat): TreeKey | undefined => {
    // What the kernel started itself has the parent 0, and is everybody's ancestor.
    const parent =
      (stat.parent > 0 ? members.get(stat.parent)?.tree : undefined) ??
      sessions.get(stat.session) ??
      groups.get(stat.group);
    if (parent !== undefined || runs.size === 0) return parent;
    // The innermost group that is known, and the kernel's own word.
    const group =
      controlGroups.size === 0
        ? undefined
        : procfs.groupNames(stat.pid, runGroupPrefix).findLast((name) => controlGroups.has(name));
    if (group !== undefined) return controlGroups.get(group);
    const run = procfs.environmentValue(stat.pid, marker);
    return run === null ? undefined : runs.get(run);
  };

  return {
    addRoot(tree: TreeKey, root: Root): void {
      runs.set(root.runId, tree);
      if (root.controlGroup !== undefined) controlGroups.set(root.controlGroup, tree);
      if (root.pid <= 0) return;
      putWithin(tree, members.get(root.pid)?.tree);
      roots.set(tree, root.pid);
      enter(root.pid, { tree, startTicks: root.startTicks });
      if (root.ownSession) {
        sessions.set(root.pid, tree);
        groups.set(root.pid, tree);
      }
    },
    /** Takes what is below a root that was there before it was watched out of the tree around, down to roots of others. */
    gather(tree: TreeKey, table: readonly ProcStat[]): void {
      const children = Map.groupBy(table, ({ parent }) => parent);
      const treeAt = new Map([...roots].map(([one, pid]) => [pid, one]));
      const around = outer.get(tree);
      const walk = (pid: number): void => {
        for (const stat of children.get(pid) ?? []) {
          const other = treeAt.get(stat.pid);
          if (other !== undefined && other !== tree) {
            putWithin(other, tree);
            continue;
          }
          const member = members.get(stat.pid);
          if (member !== undefined && member.tree !== around && member.tree !== tree) continue;
          enter(stat.pid, { tree, startTicks: stat.startTicks });
          observe(stat, tree);
          walk(stat.pid);
        }
      };
      const root = roots.get(tree);
      if (root !== undefined) walk(root);
    },
    /** Its processes are the ones of the tree around it again, or of none. */
    removeTree(tree: TreeKey): void {
      const heir = outer.get(tree);
      runs.forEach((owner, run) => owner === tree && runs.delete(run));
      controlGroups.forEach((owner, name) => owner === tree && controlGroups.delete(name));
      for (const map of [sessions, groups, outer] as Map<unknown, TreeKey>[]) {
        for (const [key, owner] of map)
          if (owner === tree && heir === undefined) map.delete(key);
          else if (owner === tree && heir !== undefined) map.set(key, heir);
      }
      for (const pid of pids.get(tree) ?? []) {
        const member = members.get(pid);
        if (heir === undefined || member === undefined) {
          members.delete(pid);
          procfs.leave(pid);
        } else enter(pid, { ...member, tree: heir });
      }
      pids.delete(tree);
      roots.delete(tree);
      outer.delete(tree);
    },
    /** Processes not seen before; parents first, so that whole branches join at once. */
    admit(fresh: ProcStat[]): Set<TreeKey> {
      const joined = new Set<TreeKey>();
      fresh.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
      for (const stat of fresh) {
        const known = members.get(stat.pid);
        if (known?.startTicks === stat.startTicks) continue;
        if (known !== undefined) leave(stat.pid);
        // The kernel gives no number out that still is that of a session or group.
        sessions.delete(stat.pid);
        groups.delete(stat.pid);
        const tree = ownerOf(stat);
        if (tree === undefined) continue;
        enter(stat.pid, { tree, startTicks: stat.startTicks });
        observe(stat, tree);
        for (let at: TreeKey | undefined = tree; at !== undefined; at = outer.get(at)) joined.add(at);
      }
      return joined;
    },
    /** A process that is known to belong to a tree, by the kernel's own word. */
    adopt(stat: ProcStat, tree: TreeKey): void {
      if (members.get(stat.pid)?.startTicks === stat.startTicks) return;
      leave(stat.pid);
      enter(stat.pid, { tree, startTicks: stat.startTicks });
      observe(stat, tree);
    },
    /** A member made a session or group of its own after it joined. */
    observe,
    isMember: (stat: ProcStat, tree: TreeKey): boolean => {
      const member = members.get(stat.pid);
      return isWithin(member?.tree, tree) && member?.startTicks === stat.startTicks;
    },
    /** Whether a process is in any tree. */
    owns: (pid: number): boolean => members.has(pid),
    holds: (pid: number, tree: TreeKey): boolean => isWithin(members.get(pid)?.tree, tree),
    pidsOf: (tree: TreeKey): number[] =>
      outer.size === 0
        ? [...(pids.get(tree) ?? [])]
        : [...pids].flatMap(([one, own]) => (isWithin(one, tree) ? [...own] : [])),
    forget: leave,
    /** Sessions and groups of which no process is left must not catch a later process with their number. */
    prune(table: Iterable<ProcStat>): void {
      const livingSessions = new Set<number>();
      const livingGroups = new Set<number>();
      for (const stat of table) {
        livingSessions.add(stat.session);
        livingGroups.add(stat.group);
      }
      for (const session of sessions.keys()) if (!livingSessions.has(session)) sessions.delete(session);
      for (const group of groups.keys()) if (!livingGroups.has(group)) groups.delete(group);
    },
  };
}
export type Membership = ReturnType<typeof createMembership>;
