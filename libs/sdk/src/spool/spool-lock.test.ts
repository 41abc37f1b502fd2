import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { isAlive, thisProcess } from './process-identity.ts';
import { lockHolder, takeLock } from './spool-lock.ts';

test('a lock is held once, and free again after its release', async () => {
  const folder = temporaryFolder();
  const lock = await takeLock(folder);
  expect(await takeLock(folder)).toBeNull();
  expect(await lockHolder(folder)).toEqual(thisProcess());
  await lock?.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(await takeLock(folder)).not.toBeNull();
});

test('a dead process is succeeded, also when its pid lives on as another process', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock-3'), JSON.stringify({ pid: process.pid, start_time: '1' }));
  expect(await lockHolder(folder)).toBeNull();
  expect(await takeLock(folder)).not.toBeNull();
  expect(readdirSync(folder)).toEqual(['lock-4']);
});

test('of many successors at most one gets the lock', async () => {
  for (let round = 0; round < 20; round += 1) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock-1'), 'damaged');
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(folder)));
    expect(locks.filter((lock) => lock !== null).length).toBeLessThanOrEqual(1);
  }
});

test('a process is alive until it ends', async () => {
  expect(isAlive(thisProcess())).toBe(true);
  const child = spawn('sleep', ['60']);
  const identity = { pid: child.pid ?? 0, start_time: null };
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});
