import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkMachine } from './check-machine.ts';

test('an empty data folder is something to look at, unless the gateway that is talked to is elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-doctor-'));
  const statusWith = (url: string | undefined): string | undefined =>
    checkMachine(folder, url).find(({ name }) => name === 'instance')?.status;
  expect(statusWith(undefined)).toBe('warning');
  expect(statusWith('http://gateway:4400')).toBe('skipped');
  rmSync(folder, { recursive: true });
});
