import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

test('a folder is made with those above it, for its user alone, and found again', () => {
  const root = mkdtempSync(join(tmpdir(), 'telltale-folder-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const path = join(root, 'a/b/c');
  makeFolder(path);
  makeFolder(path);
  expect([path, join(root, 'a')].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(root, 'file/within'))).toThrow('ENOTDIR');
});

test('where none can be made it says so instead of trying for ever', () => {
  expect(() => makeFolder('/proc/telltale/spool')).toThrow('ENOENT');
});
