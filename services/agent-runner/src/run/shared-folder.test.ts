import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { expect, onTestFinished, test } from 'vitest';
import { sharedFolder } from './shared-folder.ts';

const newId = createUuidV7();

function aName(): { name: string; path: string } {
  const name = `test-${newId()}`;
  const path = `/tmp/telltale-${name}-${process.getuid?.()}`;
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return { name, path };
}

test('it is made for its user alone, and found again', () => {
  const { name, path } = aName();
  expect([sharedFolder(name), sharedFolder(name)]).toEqual([path, path]);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('one that others may write to, or that leads elsewhere, is not used', () => {
  const open = aName();
  mkdirSync(open.path);
  chmodSync(open.path, 0o777);
  expect(sharedFolder(open.name)).toBeNull();
  const led = aName();
  symlinkSync('/tmp', led.path);
  expect(sharedFolder(led.name)).toBeNull();
});
