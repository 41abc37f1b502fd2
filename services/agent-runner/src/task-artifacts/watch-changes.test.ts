import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchChanges } from './watch-changes.ts';

let base: string;
let work: string;
let ours: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'changes-'));
  [work, ours] = [join(base, 'work'), join(base, 'ours')];
  mkdirSync(join(work, 'deep'), { recursive: true });
  mkdirSync(ours);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', work, '-c', 'user.name=T', '-c', 'user.email=t@telltale.invalid', ...args], {
    encoding: 'utf8',
  });
const watch = () =>
  watchChanges({ cwd: join(work, 'deep'), folder: ours, env: process.env, signal: new AbortController().signal });
const everything = (): string[] => readdirSync(work, { recursive: true }).map(String).toSorted();

test('what a command changed is told, committed or not, and not what was changed before it', async () => {
  git('init', '-q');
  writeFileSync(join(work, '.gitignore'), 'built\n');
  writeFileSync(join(work, 'a.txt'), 'one\n');
  writeFileSync(join(work, 'b.txt'), 'one\n');
  git('add', '.');
  git('commit', '-qm', 'one');
  appendFileSync(join(work, 'a.txt'), 'mine, before\n');
  const before = everything();
  const changes = await watch();
  expect(changes?.commit).toBe(git('rev-parse', 'HEAD').trim());
  // Neither an object nor a lock of ours lies in the repository, and what was staged is as it was.
  expect(everything()).toEqual(before);
  expect(git('status', '--porcelain')).toBe(' M a.txt\n');
  writeFileSync(join(work, 'b.txt'), 'two\n');
  git('commit', '-qm', 'two', 'b.txt');
  appendFileSync(join(work, 'a.txt'), 'theirs\n');
  writeFileSync(join(work, 'deep/new.bin'), Buffer.from([0, 1, 2]));
  writeFileSync(join(work, 'built'), 'ignored\n');
  const after = everything();
  const file = join(ours, 'diff');
  await changes?.diff(file);
  expect(everything()).toEqual(after);
  const patch = readFileSync(file, 'utf8');
  expect(patch.split('\n').filter((line) => /^[+-][^+-]/.test(line))).toEqual(['+theirs', '-one', '+two']);
  expect(patch).toContain('deep/new.bin');
  expect(patch).not.toContain('built');
});

test('a repository without a commit has no commit; a folder in none has no changes', async () => {
  expect(await watch()).toBeNull();
  git('init', '-q');
  const changes = await watch();
  expect(changes?.commit).toBeNull();
  writeFileSync(join(work, 'a.txt'), 'one\n');
  await changes?.diff(join(ours, 'diff'));
  expect(readFileSync(join(ours, 'diff'), 'utf8')).toContain('+one\n');
});
