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
