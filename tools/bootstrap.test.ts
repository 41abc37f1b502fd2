import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const bootstrap = join(root, 'tools/bootstrap.mjs');
const run = (...command: string[]) => spawnSync(process.execPath, [bootstrap, ...command], { encoding: 'utf8' });

test('the command gets its arguments, its output and its exit code through', () => {
  const answer = run('node', '-p', 'process.argv.slice(1).join("|")', 'one', 'two words');
  expect(answer).toMatchObject({ status: 0, stdout: 'one|two words\n', stderr: '' });
  expect(run('sh', '-c', 'exit 7').status).toBe(7);
  expect(run('no-such-program').status).toBe(127);
});

test('node means a Node that runs TypeScript, and the tools of this clone are on the PATH', () => {
  const node = run('node', '-p', 'process.execPath').stdout.trim();
  const path = run('sh', '-c', 'echo "$PATH"').stdout.trim().split(':');
  expect(path.slice(0, 2)).toEqual([dirname(node), join(root, 'node_modules/.bin')]);
});

test('a command that dies of a signal makes its caller die of it too', () => {
  expect(run('sh', '-c', 'kill -TERM $$')).toMatchObject({ status: null, signal: 'SIGTERM' });
  expect(run('sh', '-c', 'kill -KILL $$')).toMatchObject({ status: null, signal: 'SIGKILL' });
});

test('a signal reaches the command, and what it then answers counts', async () => {
  const script = 'process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, [bootstrap, 'node', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: child.stdout }), 'line');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([3, null]);
});

test('the launcher finds its clone through links, from any folder', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'telltale-launcher-')));
  try {
    symlinkSync(join(root, 'telltale'), join(folder, 'first'));
    symlinkSync('first', join(folder, 'telltale'));
    const answer = spawnSync(join(folder, 'telltale'), ['--version'], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    expect(answer).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
