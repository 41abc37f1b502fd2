import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

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

describe('the lock of an install', () => {
  let clone: string;
  let lock: string;

  // A clone in which all that its lock names is there already, which is nothing.
  beforeEach(() => {
    clone = realpathSync(mkdtempSync(join(tmpdir(), 'telltale-clone-')));
    lock = join(clone, 'node_modules/.telltale-install.lock');
    for (const folder of ['tools', 'node_modules']) mkdirSync(join(clone, folder));
    copyFileSync(bootstrap, join(clone, 'tools/bootstrap.mjs'));
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
      writeFileSync(join(clone, file), '{"packages":{}}');
  });

  afterEach(() => {
    rmSync(clone, { recursive: true });
  });

  test('is nobody’s when it carries the own pid of who comes next', () => {
    const script = `printf $$ > ${lock}; exec ${process.execPath} tools/bootstrap.mjs sh -c 'exit 7'`;
    const answer = spawnSync('sh', ['-c', script], { cwd: clone, encoding: 'utf8', timeout: 20_000 });
    expect(answer).toMatchObject({ status: 7, stderr: '' });
  });

  test('is waited for, which is said once', async () => {
    writeFileSync(lock, String(process.pid));
    const child = spawn(process.execPath, ['tools/bootstrap.mjs', 'true'], {
      cwd: clone,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines: string[] = [];
    const reader = createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    const exit = once(child, 'exit');
    await once(reader, 'line');
    rmSync(lock);
    expect(await exit).toEqual([0, null]);
    expect(lines).toEqual([`telltale: waiting for process ${process.pid}, which installs (${lock})`]);
  });
});
