import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, markOf, type ProcessMark } from '@telltale/embedded/process-table';
import { instanceFile, writeInstance } from '../instance/instance-file.ts';
import { clearPredecessor } from './predecessor.ts';

let folder: string;
let said: string[];
let children: ChildProcess[];
const say = (line: string) => void said.push(line);
const gone: ProcessMark = { pid: 1, started: 'long ago' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-predecessor-'));
  said = [];
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that lives until it is told to go. */
async function living(): Promise<ProcessMark> {
  const child = spawn('sleep', ['60']);
  children.push(child);
  await once(child, 'spawn');
  return markOf(child.pid ?? 0) ?? gone;
}

function leave(up: ProcessMark, parent: ProcessMark, services: Record<string, ProcessMark> = {}): void {
  const started_at = new Date(0).toISOString();
  writeInstance(folder, { url: 'http://127.0.0.1:1', up, parent, services, state: 'running', started_at });
}

test('an empty folder has no predecessor', async () => {
  expect(await clearPredecessor(folder, say)).toBe(false);
});

test('a predecessor that was killed makes room at once, and its services are ended', async () => {
  const service = await living();
  leave(gone, gone, { collector: service });
  expect(await clearPredecessor(folder, say)).toBe(true);
  expect(isRunning(service)).toBe(false);
  expect(existsSync(instanceFile(folder))).toBe(false);
});

test('a living one is given time, then the folder is taken and the remedy is named', async () => {
  const up = await living();
  leave(up, markOf(process.pid) ?? gone);
  await expect(clearPredecessor(folder, say, 100)).rejects.toThrow(/http:\/\/127.0.0.1:1.*Ctrl-C.*--data-dir/);
  expect(said).toEqual([expect.stringMatching(/waiting up to 15 s/)]);
  expect(isRunning(up)).toBe(true);
});

test('a living one that stops in time makes room', async () => {
  const up = await living();
  leave(up, markOf(process.pid) ?? gone);
  const cleared = clearPredecessor(folder, (line) => {
    say(line);
    children[0]?.kill();
  });
  expect(await cleared).toBe(true);
});

test('a living one that nobody can stop any more is stopped', async () => {
  const up = await living();
  leave(up, gone);
  expect(await clearPredecessor(folder, say)).toBe(true);
  expect(isRunning(up)).toBe(false);
});

test('a file that is not ours does not keep the folder taken', async () => {
  writeFileSync(instanceFile(folder), '{}');
  expect(await clearPredecessor(folder, say)).toBe(false);
  expect(existsSync(instanceFile(folder))).toBe(false);
});
