import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bash, watchCommand } from '../test-support/watch-command.ts';
import { gitDirsOf, worktreeOf } from './find-git-dir.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-git-dir-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a .git that cannot be looked at is none, and the search goes on above it', () => {
  const outer = join(folder, 'outer');
  const inner = join(outer, 'inner');
  mkdirSync(join(outer, '.git'), { recursive: true });
  mkdirSync(inner);
  symlinkSync('.git', join(inner, '.git'));
  expect(gitDirsOf(inner)).toBeNull();
  expect(worktreeOf(inner)).toBe(outer);
});

test.each([true, false])('a program runs where .git is a link to itself (from the start: %s)', async (early) => {
  const cwd = mkdtempSync(join(folder, 'loop-'));
  if (early) symlinkSync('.git', join(cwd, '.git'));
  const { result } = await watchCommand(bash('ln -sfn .git .git; echo hi; exit 4'), { cwd });
  expect(result).toMatchObject({ exitCode: 4, startError: null, lines: 1 });
});
