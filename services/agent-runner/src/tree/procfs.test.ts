import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { createProcfs, parseStat } from './procfs.ts';

test('a name with spaces and parentheses does not shift the fields', () => {
  const line =
    '42 (a (b) c) S 7 40 39 0 -1 4194560 1 2 3 4 100 20 30 4 20 0 6 0 12345 999999 250 18446744073709551615 1 1';
  expect(parseStat(42, Buffer.from(line), 4_096)).toEqual({
    pid: 42,
    name: 'a (b) c',
    state: 'S',
    parent: 7,
    group: 40,
    session: 39,
    ownTicks: 120,
    inheritedTicks: 34,
    threads: 6,
    startTicks: 12_345,
    memoryBytes: 250 * 4_096,
    isThread: false,
  });
});

test('this very process is read as it is', () => {
  const procfs = createProcfs();
  const stat = procfs.stat(process.pid);
  expect(stat?.parent).toBe(process.ppid);
  expect(stat?.memoryBytes).toBeGreaterThan(process.memoryUsage().rss * 0.8);
  expect(procfs.pids()).toContain(process.pid);
  expect(procfs.openFiles(process.pid)).toBeGreaterThan(2);
  expect(procfs.stat(2 ** 22 + 1)).toBeNull();
});

test('a variable is found in an environment of any length', async () => {
  const procfs = createProcfs();
  const env = { FIRST: 'one', LONG: 'x'.repeat(100_000), LAST: 'two=2' };
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => 0, 1e6)'], { env });
  try {
    await once(child.stdout, 'data');
    const values = ['FIRST', 'LAST', 'AST', 'NONE'].map((name) => procfs.environmentValue(child.pid ?? 0, name));
    expect(values).toEqual(['one', 'two=2', null, null]);
  } finally {
    child.kill('SIGKILL');
  }
  expect(procfs.environmentValue(2 ** 22 + 1, 'FIRST')).toBeNull();
});

test('a process that is followed says the same object while nothing changes, and null once it is gone', async () => {
  const procfs = createProcfs();
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  await until(() => procfs.stat(pid)?.name === 'sleep' && procfs.stat(pid)?.state === 'S');
  // It may have been moved to another processor between two looks, which is told too.
  await until(() => procfs.follow(pid) === procfs.follow(pid));
  expect(procfs.follow(pid)).toEqual(procfs.stat(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(procfs.follow(pid)).toBeNull();
  procfs.leave(pid);
  expect(openStats(pid)).toEqual([]);
});

test('a thread is told from a process', () => {
  const procfs = createProcfs();
  const threads = readdirSync('/proc/self/task').map(Number);
  const told = threads.map((id) => [id === process.pid, procfs.stat(id)?.isThread]);
  expect(told).toContainEqual([true, false]);
  expect(told.filter(([isProcess, isThread]) => isProcess === isThread)).toEqual([]);
});

const openStats = (pid: number): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target === `/proc/${pid}/stat` ? [target] : [];
    } catch {
      // The one that lists them.
      return [];
    }
  });
