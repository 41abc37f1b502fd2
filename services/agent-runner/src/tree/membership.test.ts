import { describe, expect, test } from 'vitest';
import { createMembership } from './membership.ts';
import type { ProcStat, Procfs } from './procfs.ts';

const stat = (pid: number, parent: number, fields: Partial<ProcStat> = {}): ProcStat => ({
  pid,
  name: 'x',
  state: 'S',
  parent,
  group: 1,
  session: 1,
  ownTicks: 0,
  inheritedTicks: 0,
  threads: 1,
  startTicks: pid,
  memoryBytes: 0,
  isThread: false,
  ...fields,
});

function create(environments: Record<number, string> = {}, controlGroups: Record<number, string[]> = {}) {
  const procfs = {
    environmentValue: (pid: number) => environments[pid] ?? null,
    groupNames: (pid: number) => controlGroups[pid] ?? [],
    leave: () => undefined,
  } as unknown as Procfs;
  const membership = createMembership({ procfs });
  membership.addRoot('tree', {
    pid: 100,
    startTicks: 100,
    runId: 'run-1',
    ownSession: true,
    controlGroup: 'telltale-run-run-1-9',
  });
  return membership;
}

describe('a process belongs to a tree', () => {
  test('by its control group, the innermost that is known, whatever became of its parents and environment', () => {
    const membership = create({}, { 200: ['telltale-run-run-1-9', 'telltale-run-inner-8'], 201: ['telltale-run-x-9'] });
    membership.admit([stat(200, 1, { session: 200, group: 200 }), stat(201, 1)]);
    expect(membership.pidsOf('tree')).toEqual([100, 200]);
    membership.removeTree('tree');
    membership.addRoot('other', { pid: 300, startTicks: 300, runId: 'run-2', ownSession: true });
    membership.admit([stat(200, 1)]);
    expect(membership.owns(200)).toBe(false);
  });

  test('of a run whose program is gone, by what it left alone: what the kernel itself started has no parent either', () => {
    const membership = create({ 110: 'gone' });
    membership.addRoot('gone', { pid: 0, startTicks: 0, runId: 'gone', ownSession: false });
    const table = [stat(1, 0), stat(2, 0), stat(50, 2), stat(60, 1), stat(110, 1), stat(111, 110)];
    membership.admit(table);
    membership.gather('gone', table);
    expect(membership.pidsOf('gone')).toEqual([110, 111]);
  });

  test('not by a session whose number is that of another process by now', () => {
    const membership = create();
    membership.admit([stat(110, 100, { session: 110, group: 110 })]);
    membership.forget(110);
    membership.admit([stat(110, 1, { startTicks: 500, session: 110, group: 110 })]);
    expect(membership.pidsOf('tree')).toEqual([100]);
  });

  test('by its parent, in whatever order both are seen', () => {
    const membership = create();
    membership.admit([stat(103, 102), stat(101, 100), stat(102, 101), stat(200, 1)]);
    expect(membership.pidsOf('tree').toSorted()).toEqual([100, 101, 102, 103]);
  });

  test('by a session or group that a member made, although its parents are gone', () => {
    const membership = create();
    membership.admit([stat(101, 100, { session: 101, group: 101 })]);
    membership.forget(101);
    membership.admit([stat(150, 1, { session: 101 }), stat(151, 1, { group: 101 }), stat(152, 1, { session: 100 })]);
    expect(membership.pidsOf('tree').toSorted()).toEqual([100, 150, 151, 152]);
  });

  test('by the run in its environment, when nothing else is left of its parents', () => {
    const membership = create({ 300: 'run-1', 301: 'run-2' });
    membership.admit([stat(300, 1), stat(301, 1)]);
    expect(membership.pidsOf('tree').toSorted()).toEqual([100, 300]);
  });
});

describe('of two trees, one within the other,', () => {
  const table = [stat(100, 1), stat(101, 100), stat(102, 101), stat(109, 100)];
  const sorted = (membership: ReturnType<typeof create>, tree: string) => membership.pidsOf(tree).toSorted();
  const inner = { pid: 101, startTicks: 101, runId: 'run-2', ownSession: false };

  test.each(['inner', 'outer'])(
    'the inner one has its own processes and the outer one all, when the %s is watched first',
    (first) => {
      const procfs = { environmentValue: () => null } as unknown as Procfs;
      const membership = createMembership({ procfs });
      const roots = [
        { tree: 'outer', root: { pid: 100, startTicks: 100, runId: 'run-1', ownSession: false } },
        { tree: 'inner', root: inner },
      ];
      for (const { tree, root } of first === 'outer' ? roots : roots.toReversed()) {
        membership.addRoot(tree, root);
        membership.admit([...table]);
        membership.gather(tree, table);
      }
      expect(membership.admit([stat(103, 102)])).toEqual(new Set(['inner', 'outer']));
      expect(sorted(membership, 'inner')).toEqual([101, 102, 103]);
      expect(sorted(membership, 'outer')).toEqual([100, 101, 102, 103, 109]);
      expect(membership.isMember(stat(102, 101), 'outer')).toBe(true);
      expect(membership.isMember(stat(109, 100), 'inner')).toBe(false);
      membership.removeTree('inner');
      expect(sorted(membership, 'outer')).toEqual([100, 101, 102, 103, 109]);
      expect(sorted(membership, 'inner')).toEqual([]);
    },
  );

  test('the inner one goes on when the outer one is not watched any more', () => {
    const membership = create();
    membership.admit(table.slice(1));
    membership.addRoot('inner', inner);
    membership.gather('inner', table);
    membership.removeTree('tree');
    expect(sorted(membership, 'inner')).toEqual([101, 102]);
    expect(membership.owns(109)).toBe(false);
  });
});

test('a pid that is used again is another process', () => {
  const membership = create();
  membership.admit([stat(101, 100)]);
  const again = stat(101, 1, { startTicks: 9_999 });
  expect(membership.isMember(again, 'tree')).toBe(false);
  membership.admit([again]);
  expect(membership.pidsOf('tree')).toEqual([100]);
});

test('the number of a session that ended catches nobody later', () => {
  const membership = create();
  membership.admit([stat(101, 100, { session: 101 })]);
  membership.forget(101);
  membership.prune([stat(100, 1, { session: 100, group: 100 })]);
  membership.admit([stat(400, 1, { session: 101 })]);
  expect(membership.pidsOf('tree')).toEqual([100]);
});

test('what is no longer watched holds nobody', () => {
  const membership = create();
  membership.admit([stat(101, 100)]);
  membership.removeTree('tree');
  membership.admit([stat(102, 101)]);
  expect(membership.pidsOf('tree')).toEqual([]);
});
