import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { until } from '@telltale/testkit/until';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRepoPool, type RepoPool, type SlotRequest } from './repo-pool.ts';

let folder = '';
let source = '';
const opened: RepoPool[] = [];
const log = createLog({ service: 'agent-runner', level: 'silent' });
const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
const identity = ['-c', 'user.name=T', '-c', 'user.email=t@telltale.invalid'];
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

function commit(text: string): string {
  writeFileSync(join(source, 'README.md'), text);
  git(source, 'add', '.');
  git(source, 'commit', '-qm', text);
  return git(source, 'rev-parse', 'HEAD');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  source = join(folder, 'repositories', 'sample');
  mkdirSync(source, { recursive: true });
  git(source, 'init', '-q', '-b', 'trunk');
  writeFileSync(join(source, '.gitignore'), 'build/\n');
  commit('one');
});
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function openPool(slotsPerRepository = 2): Promise<RepoPool> {
  const allowedFolders = [join(folder, 'repositories')];
  const pool = await createRepoPool({
    folder: join(folder, 'pool'),
    slotsPerRepository,
    allowedFolders,
    env,
    clock: systemClock,
    log,
  });
  opened.push(pool);
  return pool;
}
const close = async (pool: RepoPool): Promise<void> => {
  opened.splice(opened.indexOf(pool), 1);
  await pool[Symbol.asyncDispose]();
};
const want = (more: Partial<SlotRequest> = {}): SlotRequest => ({
  repoUrl: source,
  requiredBy: 'task 1',
  timeoutMs: 20_000,
  holderPid: process.pid,
  ...more,
});
const isFree = (pool: RepoPool, slotId: string) => () => pool.status(slotId)?.state === 'free';

test('a slot is a working tree of the newest commit, on a branch of its own', async () => {
  const pool = await openPool();
  const head = commit('two');
  const slot = await pool.allocate(want());
  expect(slot).toMatchObject({ commit: head, branch: expect.stringMatching(/^telltale\/task-1-[0-9a-f]{8}$/) });
  expect(readFileSync(join(slot.path, 'README.md'), 'utf8')).toBe('two');
  expect(git(slot.path, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe(slot.branch);
  expect(git(slot.path, 'status', '--porcelain')).toBe('');
  expect(pool.status(slot.slot_id)).toMatchObject({ state: 'allocated', required_by: 'task 1' });
  const later = commit('three');
  expect(await pool.allocate(want())).toMatchObject({ commit: later });
  expect(pool.status(slot.slot_id)).toMatchObject({ state: 'allocated' });
});

test('a slot that comes back is clean, whatever was done in it, and is lent again', async () => {
  const pool = await openPool(1);
  const slot = await pool.allocate(want());
  writeFileSync(join(slot.path, 'README.md'), 'changed');
  mkdirSync(join(slot.path, 'build/deep'), { recursive: true });
  writeFileSync(join(slot.path, 'build/deep/output'), 'ignored');
  writeFileSync(join(slot.path, 'new file'), 'x');
  git(slot.path, 'commit', '-qam', 'work');
  git(slot.path, 'checkout', '-q', '--orphan', 'elsewhere');
  expect(pool.release(slot.slot_id)).toBe(true);
  expect(pool.release(slot.slot_id)).toBe(false);
  await until(isFree(pool, slot.slot_id));
  const next = await pool.allocate(want({ requiredBy: 'task 2' }));
  expect(next.path).toBe(slot.path);
  expect(git(next.path, 'status', '--porcelain', '--ignored')).toBe('');
  expect(existsSync(join(next.path, 'build'))).toBe(false);
  expect(pool.status(slot.slot_id)).toMatchObject({ state: 'free', required_by: null });
  expect(pool.release(slot.slot_id)).toBe(false);
  expect(pool.status(next.slot_id)).toMatchObject({ state: 'allocated' });
  expect(git(next.path, 'log', '--format=%s', slot.branch).split('\n')[0]).toBe('work');
});

test('what a holder wrote into the settings of git is gone, and nothing of it was run', async () => {
  const pool = await openPool(1);
  const slot = await pool.allocate(want());
  const canary = join(folder, 'canary');
  const evil = join(folder, 'evil.sh');
  writeFileSync(evil, `#!/bin/sh\ntouch ${canary}\n`);
  chmodSync(evil, 0o755);
  const common = git(slot.path, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  for (const [name, value] of [
    ['core.fsmonitor', evil],
    ['core.hooksPath', join(common, 'hooks')],
    ['core.sshCommand', evil],
    ['filter.evil.smudge', evil],
    ['filter.evil.clean', evil],
    ['core.worktree', '/tmp'],
    ['uploadpack.packObjectsHook', evil],
    ['remote.origin.uploadpack', evil],
  ] as const) {
    git(slot.path, 'config', name, value);
  }
  mkdirSync(join(common, 'hooks'), { recursive: true });
  symlinkSync(evil, join(common, 'hooks/post-checkout'));
  mkdirSync(join(common, 'info'), { recursive: true });
  writeFileSync(join(common, 'info/attributes'), '* filter=evil\n');
  rmSync(join(slot.path, '.git'));
  writeFileSync(join(slot.path, '.git'), 'gitdir: /etc\n');
  pool.release(slot.slot_id);
  await until(isFree(pool, slot.slot_id));
  commit('two');
  const next = await pool.allocate(want());
  expect(readFileSync(join(next.path, 'README.md'), 'utf8')).toBe('two');
  expect(git(next.path, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(common, 'config'), 'utf8')).not.toContain('evil');
  expect(existsSync(canary)).toBe(false);
});

test('a tree that is gone, locked or a link elsewhere is made anew', async () => {
  const pool = await openPool(1);
  for (const spoil of [
    (path: string) => rmSync(path, { recursive: true }),
    (path: string) => {
      rmSync(path, { recursive: true });
      symlinkSync(join(folder, 'repositories'), path);
    },
    (path: string) => {
      mkdirSync(join(path, 'locked/inner'), { recursive: true });
      chmodSync(join(path, 'locked'), 0o000);
    },
  ]) {
    const slot = await pool.allocate(want());
    spoil(slot.path);
    pool.release(slot.slot_id);
    await until(isFree(pool, slot.slot_id));
  }
  const slot = await pool.allocate(want());
  expect(git(slot.path, 'status', '--porcelain', '--ignored')).toBe('');
  expect(existsSync(join(source, '.git'))).toBe(true);
});

test('two holders never share a slot, and more than there are wait until one is free', async () => {
  const pool = await openPool(2);
  const held = new Set<string>();
  let most = 0;
  const work = async (index: number): Promise<void> => {
    const slot = await pool.allocate(want({ requiredBy: `task ${index}` }));
    expect(held.has(slot.path)).toBe(false);
    held.add(slot.path);
    most = Math.max(most, held.size);
    expect(git(slot.path, 'status', '--porcelain')).toBe('');
    writeFileSync(join(slot.path, 'mine'), String(index));
    await until(() => most === 2);
    held.delete(slot.path);
    pool.release(slot.slot_id);
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => work(index)));
  expect(most).toBe(2);
  expect(pool.list().length).toBe(2);
});

test('who waits too long is told SLOT_TIMEOUT, and who leaves makes room for the next', async () => {
  const pool = await openPool(1);
  const slot = await pool.allocate(want());
  await expect(pool.allocate(want({ timeoutMs: 50 }))).rejects.toMatchObject({ code: 'SLOT_TIMEOUT' });
  const leaving = new AbortController();
  const left = pool.allocate(want({ signal: leaving.signal }));
  const next = pool.allocate(want({ requiredBy: 'patient' }));
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  pool.release(slot.slot_id);
  const { slot_id } = await next;
  expect(pool.status(slot_id)).toMatchObject({ state: 'allocated', required_by: 'patient' });
});

test('the slot of a holder that died comes back clean, also when its lease is over', async () => {
  const pool = await openPool(2);
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const mine = await pool.allocate(want({ holderPid: child.pid }));
  writeFileSync(join(mine.path, 'left'), 'x');
  const leased = await pool.allocate(want({ holderPid: undefined, leaseMs: 1 }));
  child.kill('SIGKILL');
  await until(() => isFree(pool, mine.slot_id)() && isFree(pool, leased.slot_id)());
  expect(existsSync(join(mine.path, 'left'))).toBe(false);
  await expect(pool.allocate(want({ holderPid: child.pid }))).rejects.toMatchObject({ code: 'invalid_request' });
});

test('a process that still works in a slot keeps it from being lent; the next gets another tree', async () => {
  const pool = await openPool(1);
  const slot = await pool.allocate(want());
  const child = spawn('sleep', ['60'], { stdio: 'ignore', cwd: slot.path });
  try {
    await until(() => existsSync(`/proc/${child.pid}/cwd`));
    pool.release(slot.slot_id);
    const next = await pool.allocate(want());
    expect(next.path).not.toBe(slot.path);
    expect(existsSync(slot.path)).toBe(false);
  } finally {
    child.kill('SIGKILL');
  }
});

test('the patch of a slot has what was changed, added and removed, committed or not, and nothing that is ignored', async () => {
  writeFileSync(join(source, 'old.txt'), 'old\n');
  commit('two\n');
  const pool = await openPool(1);
  const slot = await pool.allocate(want());
  writeFileSync(join(slot.path, 'README.md'), 'changed\n');
  git(slot.path, 'commit', '-qam', 'work');
  rmSync(join(slot.path, 'old.txt'));
  writeFileSync(join(slot.path, 'bytes'), Buffer.from([0, 1, 2, 255]));
  mkdirSync(join(slot.path, 'build'));
  writeFileSync(join(slot.path, 'build/ignored'), 'x');
  const file = join(folder, 'patch');
  expect(await pool.diff(slot.slot_id, file)).toBe(true);
  expect(readFileSync(file, 'utf8')).not.toContain('build/ignored');
  git(source, 'apply', '--index', file);
  expect(readFileSync(join(source, 'README.md'), 'utf8')).toBe('changed\n');
  expect(readFileSync(join(source, 'bytes'))).toEqual(Buffer.from([0, 1, 2, 255]));
  expect(existsSync(join(source, 'old.txt'))).toBe(false);
  expect(await pool.diff('none', file)).toBe(false);
  expect(git(slot.path, 'status', '--porcelain').split('\n').length).toBe(2);
});

test('the same request is answered with the slot that it got, and its lease goes on; one that is not renewed ends', async () => {
  const pool = await openPool(2);
  const requestId = '0199aa00-0000-7000-8000-000000000002';
  const renewed = await pool.allocate(want({ requestId, leaseMs: 100 }));
  expect(await pool.allocate(want({ requestId, leaseMs: 60_000 }))).toEqual(renewed);
  const other = await pool.allocate(want({ leaseMs: 100 }));
  await until(isFree(pool, other.slot_id));
  expect(pool.status(renewed.slot_id)).toMatchObject({ state: 'allocated' });
});

test('a pool that starts again keeps the slots of living holders and takes back those of dead ones', async () => {
  const pool = await openPool(2);
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const living = await pool.allocate(want({ requiredBy: 'living' }));
  const dead = await pool.allocate(want({ holderPid: child.pid }));
  writeFileSync(join(living.path, 'kept'), 'x');
  writeFileSync(join(dead.path, 'left'), 'x');
  await close(pool);
  child.kill('SIGKILL');
  await until(() => child.signalCode !== null);
  const again = await openPool(2);
  expect(again.status(living.slot_id)).toMatchObject({ state: 'allocated', required_by: 'living' });
  expect(readFileSync(join(living.path, 'kept'), 'utf8')).toBe('x');
  await until(isFree(again, dead.slot_id));
  expect(existsSync(join(dead.path, 'left'))).toBe(false);
  await expect(openPool()).rejects.toThrow('another repo pool');
  again.release(living.slot_id);
  await until(isFree(again, living.slot_id));
});

test('a repository that is not there, or has no commit, is said in the words of git', async () => {
  const pool = await openPool(1);
  const empty = join(folder, 'repositories', 'empty');
  mkdirSync(empty);
  await expect(pool.allocate(want({ repoUrl: empty }))).rejects.toMatchObject({ code: 'invalid_request' });
  git(empty, 'init', '-q');
  await expect(pool.allocate(want({ repoUrl: empty }))).rejects.toThrow('the repository has no commit');
  await expect(pool.allocate(want({ repoUrl: 'http://127.0.0.1:9/none.git' }))).rejects.toMatchObject({
    code: 'unavailable',
  });
  git(empty, 'commit', '-q', '--allow-empty', '-m', 'first');
  expect((await pool.allocate(want({ repoUrl: empty }))).commit).toBe(git(empty, 'rev-parse', 'HEAD'));
});
