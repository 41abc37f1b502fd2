import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launcherPath } from '../product.ts';
import { linkLauncher } from './link.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-link-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the link is made in a folder that need not exist, and again without complaint', () => {
  const bin = join(folder, 'bin');
  expect(linkLauncher(bin, { PATH: `/usr/bin:${bin}` })).toEqual({ link: join(bin, 'telltale'), onPath: true });
  expect(linkLauncher(bin, { PATH: '/usr/bin' }).onPath).toBe(false);
  expect(readlinkSync(join(bin, 'telltale'))).toBe(launcherPath);
});

test('a link into a clone that was deleted is replaced', () => {
  symlinkSync(join(folder, 'gone/telltale'), join(folder, 'telltale'));
  linkLauncher(folder, {});
  expect(readlinkSync(join(folder, 'telltale'))).toBe(launcherPath);
});

test('a program of that name which is not ours is left alone', () => {
  writeFileSync(join(folder, 'telltale'), 'theirs');
  expect(() => linkLauncher(folder, {})).toThrow(/not a link of ours/);
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'program'), '');
  symlinkSync(join(folder, 'program'), join(folder, 'other/telltale'));
  expect(() => linkLauncher(join(folder, 'other'), {})).toThrow(/not a link of ours/);
});
