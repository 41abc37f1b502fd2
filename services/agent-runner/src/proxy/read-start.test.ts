import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings, readStart } from './read-start.ts';

test('the start of a file is read, and nothing of a pipe, a device, a folder or what is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-start-'));
  try {
    const long = join(folder, 'long');
    writeFileSync(long, `#!/bin/sh\n${'x'.repeat(10_000)}`);
    expect(readStart(long, 12)).toBe('#!/bin/sh\nxx');
    writeFileSync(join(folder, 'short'), 'é');
    expect(readSettings(join(folder, 'short'))).toBe('é');
    expect(Buffer.from(readStart(join(folder, 'short'), 100) ?? '', 'latin1').toString()).toBe('é');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const path of [join(folder, 'pipe'), '/dev/zero', folder, join(folder, 'nothing')])
      expect([readStart(path, 100), readSettings(path)]).toEqual([null, null]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
