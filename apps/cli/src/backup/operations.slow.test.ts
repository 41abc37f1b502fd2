import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@telltale/testkit/until';
import { readInstance } from '../instance/instance-file.ts';
import { launcherPath } from '../product.ts';

/** Ample for a start on a machine that is busy with other tests. */
const startMs = 120_000;

let folder: string;
let dataDir: string;
let up: Command;
type Command = { child: ChildProcess; out: () => string; err: () => string; exit: Promise<number | null> };

function telltale(...args: string[]): Command {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    NO_COLOR: '1',
    TELLTALE_METRICS_PORT: 'off',
  };
  const child = spawn(launcherPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // Once all it said is here, too: its end may be heard of before.
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, err: () => err, exit };
}

async function start(): Promise<Command> {
  const command = telltale('up', '--port', '0', '--data-dir', dataDir, '--no-sample');
  await until(() => command.out().includes('Stop') || command.child.exitCode !== null, { timeoutMs: startMs });
  return command;
}

async function done(...args: string[]): Promise<Command> {
  const command = telltale(...args);
  const code = await command.exit;
  if (code !== 0) throw new Error(`telltale ${args.join(' ')} ended with ${code}: ${command.err()}${command.out()}`);
  return command;
}

const logsOf = async (agent: string): Promise<string> => {
  const key = readFileSync(join(dataDir, 'operator.key'), 'utf8').trim();
  const url = `${readInstance(dataDir)?.url}/api/v1/logs?agent_id=${agent}`;
  return (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).text();
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-operations-'));
  dataDir = join(folder, 'data');
  up = await start();
}, startMs);

afterAll(async () => {
  if (up.child.exitCode === null) {
    up.child.kill('SIGINT');
    await up.exit;
  }
  rmSync(folder, { recursive: true, force: true });
});

type Finding = { name: string; status: string; details: string; remedy?: string };
const findingsOf = (command: Command): Finding[] => (JSON.parse(command.out()) as { findings: Finding[] }).findings;

test('a well instance gives the doctor nothing to complain about, and he names what he looked at', async () => {
  const command = await until(async () => {
    const asked = telltale('doctor', '--json');
    return (await asked.exit) === 0 ? asked : null;
  });
  const found = findingsOf(command);
  for (const name of [
    'versions',
    'data folder',
    'disk',
    'database',
    'partitions',
    'stream memory',
    'gateway',
    'clock',
    'books',
    'lost',
    'intake',
    'canary',
    'dead letters',
    'spools',
  ]) {
    expect(found.find((finding) => finding.name === name)?.status, name).toMatch(/ok|skipped/);
  }
  expect(found.filter(({ status }) => status === 'problem')).toEqual([]);
});

test('what is wrong is named with its remedy, and the exit code is 1', async () => {
  chmodSync(dataDir, 0o755);
  const spool = join(folder, 'state/telltale/spool');
  const command = telltale('doctor', '--json');
  expect(await command.exit).toBe(1);
  expect(findingsOf(command).find(({ name }) => name === 'data folder')).toMatchObject({
    status: 'problem',
    remedy: `chmod 700 ${dataDir}`,
  });
  chmodSync(dataDir, 0o700);
  // Records for a gateway that is not there wait in a spool that nobody here sends.
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, 'tt_elsewhere_key');
  await telltale('run', '--url', 'http://127.0.0.1:9', '--api-key-file', keyFile, '--', 'true').exit;
  expect(existsSync(spool)).toBe(true);
  const again = telltale('doctor', '--json');
  expect(await again.exit).toBe(1);
  const waiting = findingsOf(again).find(({ name }) => name.startsWith('spool '));
  expect(waiting).toMatchObject({ status: 'problem', details: expect.stringContaining('http://127.0.0.1:9') });
  expect(waiting?.remedy).toContain('--url http://127.0.0.1:9');
  rmSync(spool, { recursive: true, force: true });
});

test(
  'a backup of the running instance is restored into the stopped one, and spools send again what came after it',
  async () => {
    const file = join(folder, 'backup');
    await done('run', '--agent', 'early', '--', 'echo', 'before the backup');
    await until(async () => (await logsOf('early')).includes('before the backup'));
    const made = await done('backup', file, '--data-dir', dataDir);
    expect(made.err()).toMatch(/wrote [\d,]+ rows to /);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // These have nothing to do with each other, and each waits for a process of its own.
    const nowhere = telltale('backup', join(folder, 'nowhere/backup'), '--data-dir', dataDir);
    const refused = telltale('restore', file, '--data-dir', dataDir, '--yes');
    const [onNewMachine] = await Promise.all([
      done('restore', file, '--data-dir', join(folder, 'new-machine')),
      done('run', '--agent', 'late', '--', 'echo', 'after the backup'),
    ]);
    expect(onNewMachine.err()).toContain('with a new epoch');
    await until(async () => (await logsOf('late')).includes('after the backup'));

    expect(await nowhere.exit).toBe(1);
    expect(nowhere.err()).toMatch(/^telltale: .* cannot be read or written \(ENOENT\); name another file\.\n$/);
    expect(await refused.exit).toBe(1);
    expect(refused.err()).toMatch(/Telltale runs in .*; stop it with Ctrl-C first/);
    up.child.kill('SIGINT');
    await up.exit;
    const unasked = telltale('restore', file, '--data-dir', dataDir);
    expect(await unasked.exit).toBe(1);
    expect(unasked.err()).toMatch(/holds data, which a restore replaces; say --yes/);
    const restored = await done('restore', file, '--data-dir', dataDir, '--yes');
    expect(restored.err()).toContain('with a new epoch');
    const stopped = telltale('doctor');
    expect(await stopped.exit).toBe(1);
    expect(stopped.out()).toMatch(/WRONG gateway: No Telltale runs on this machine/);

    up = await start();
    expect(await logsOf('early')).toContain('before the backup');
    await until(
      async () => {
        await done('run', '--agent', 'third', '--', 'true');
        return (await logsOf('late')).includes('after the backup');
      },
      { timeoutMs: 60_000 },
    );
  },
  3 * startMs,
);
