import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-closed-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves to the exit code of a command of which nobody reads the one stream. */
async function exitCodeWithout(stream: 'stdout' | 'stderr', ...args: string[]): Promise<unknown> {
  const env = { PATH: process.env['PATH'], XDG_STATE_HOME: folder, TELLTALE_API_KEY: 'tt_key_secret' };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const name of ['stdout', 'stderr'] as const) {
    if (name === stream) child[name].destroy();
    else child[name].resume();
  }
  const [code] = await once(child, 'exit');
  return code;
}

test('a run keeps the exit code of its command when nobody reads what it says at the end', async () => {
  expect(await exitCodeWithout('stderr', 'run', '--url', 'http://127.0.0.1:1', '--', 'true')).toBe(0);
});

test('help and a usage error exit as always when nobody reads them', async () => {
  expect(await exitCodeWithout('stdout', '--help')).toBe(0);
  expect(await exitCodeWithout('stderr', 'no-such-command')).toBe(2);
});
