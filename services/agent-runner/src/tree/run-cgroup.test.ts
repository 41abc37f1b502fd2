import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { makeRunCgroup, pidsIn, type RunCgroup } from './run-cgroup.ts';

const newId = createUuidV7();
const MiB = 1024 * 1024;

/** Who of this machine holds what: where the kernel gives a control group its word is tried, where not it is not claimed. */
async function within(
  use: (group: RunCgroup, start: (script: string) => ChildProcess) => Promise<void>,
): Promise<void> {
  using group = makeRunCgroup(newId());
  if (group === null) return;
  const started: ChildProcess[] = [];
  try {
    await use(group, (script) => {
      const child = group.inside(() => spawn('bash', ['-c', script], { stdio: 'ignore', detached: true }));
      started.push(child);
      return child;
    });
  } finally {
    for (const pid of group.pids()) process.kill(pid, 'SIGKILL');
    await until(() => group.pids().length === 0, { what: 'an empty group' });
    await Promise.all(started.map(async (child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  }
}

test('whatever leaves parents, session and environment behind is in the group still, and ends with one word', async () => {
  await within(async (group, start) => {
    const parent = start(`trap '' TERM; env -i setsid bash -c "trap '' TERM; sleep 600 & sleep 600" & wait`);
    await until(() => group.pids().length >= 4);
    expect(group.pids()).toContain(parent.pid);
    expect(group.pids()).not.toContain(process.pid);
    expect(group.kill()).toBe(group.exact.kill);
    if (group.exact.kill) await until(() => group.pids().length === 0);
  });
});

test('all of it stands still and goes on, and its processor time is the kernel’s', async () => {
  await within(async (group, start) => {
    const child = start('while :; do :; done');
    const used = () => group.cpuMs() ?? 0;
    await until(() => !group.exact.cpu || used() > 50);
    if (!group.freeze(true)) return;
    const ticks = () => readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(' ')[13];
    // It stops within a moment; from then on it uses nothing.
    let before: string | undefined;
    await until(
      () => {
        const now = ticks();
        const stands = now === before;
        before = now;
        return stands;
      },
      { everyMs: 100 },
    );
    expect(group.freeze(false)).toBe(true);
    await until(() => ticks() !== before, { what: 'it to go on' });
  });
});

test('the kernel itself holds it to memory and processes, and counts what it killed', async () => {
  await within(async (group, start) => {
    group.hold({ memoryBytes: 64 * MiB });
    if (group.exact.memory) {
      const hog = start('x=$(head -c 200000000 /dev/zero | tr "\\0" x)');
      await once(hog, 'exit');
      expect(group.outOfMemoryKills()).toBeGreaterThan(0);
    } else expect(group.outOfMemoryKills()).toBe(0);
    if (!group.exact.processes) return;
    const forking = start('kill -STOP $$; for i in {1..40}; do sleep 600 & done; wait');
    await until(() => readFileSync(`/proc/${forking.pid}/stat`, 'latin1').includes(') T '));
    // Only now: whoever starts a program is in the group for that moment, with all of its threads.
    group.hold({ tasks: 12 });
    forking.kill('SIGCONT');
    await until(() => group.pids().length >= 10);
    group.stopForks();
    expect(group.pids().length).toBeLessThanOrEqual(12);
  });
});

/** A process as the kernel would show it in a hierarchy of version 2, of plain folders. */
function pretend({ handsOn, writable = true }: { handsOn: string; writable?: boolean }) {
  const root = mkdtempSync(join(tmpdir(), 'telltale-cgroup-'));
  const home = join(root, 'tree/slice/unit');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '../cgroup.subtree_control'), handsOn);
  writeFileSync(join(root, 'cgroup'), '0::/slice/unit\n');
  const at = writable ? join(root, 'tree') : join(root, 'cgroup');
  writeFileSync(join(root, 'mountinfo'), `30 23 0:26 / ${at} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n`);
  const names = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('telltale-run-'));
  return {
    root,
    beside: () => names(join(home, '..')),
    within: () => names(home),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

test('a group is made beside our own where controllers are handed on, else within it, and nowhere without leave', () => {
  using controlled = pretend({ handsOn: 'cpu memory pids' });
  expect(makeRunCgroup('one', controlled.root)?.exact.members).toBe(true);
  expect([controlled.beside(), controlled.within()]).toEqual([[`telltale-run-one-${process.pid}`], []]);
  expect(pidsIn(join(controlled.root, 'tree/slice', controlled.beside()[0] ?? ''))).toEqual([]);
  using plain = pretend({ handsOn: '' });
  expect(makeRunCgroup('two/../x', plain.root)?.exact).toMatchObject({
    members: true,
    memory: false,
    processes: false,
  });
  expect([plain.beside(), plain.within()]).toEqual([[], [`telltale-run-two____x-${process.pid}`]]);
  using forbidden = pretend({ handsOn: 'memory', writable: false });
  expect(makeRunCgroup('three', forbidden.root)).toBeNull();
  expect(makeRunCgroup('four', join(forbidden.root, 'nowhere'))).toBeNull();
});
