import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import { freePort } from '@telltale/embedded/free-port';
import { lintMetrics } from '@telltale/testkit/lint-metrics';
import { until } from '@telltale/testkit/until';
import { readInstance } from '../instance/instance-file.ts';
import { launcherPath } from '../product.ts';

/** Ample for a first start on a machine that is busy with other tests; an idle one takes 3 s. */
const startMs = 240_000;

let folder: string;
let dataDir: string;
let up: Command;
let metricsPort: number;

// One instance lives through this file from its first start to its last stop: each start costs seconds of two cores.
beforeAll(async () => {
  // mkdtemp makes 0700: as root, PostgreSQL's own user could not enter it.
  folder = mkdtempSync(join(tmpdir(), 'telltale-up-'));
  dataDir = join(folder, 'data');
  metricsPort = await freePort();
  up = await start();
}, startMs);

afterAll(() => {
  for (const pid of processesOf(dataDir)) kill(pid);
  rmSync(folder, { recursive: true, force: true });
});

/** Processes that carry the data folder in their arguments, their environment or as their working directory. */
function processesOf(dir: string): number[] {
  const mentions = (pid: string) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (/^\S+ \(.*\) [ZX]/.test(stat)) return false;
      return ['cmdline', 'environ'].some((part) => readFileSync(`/proc/${pid}/${part}`, 'utf8').includes(dir));
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && mentions(name))
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself meanwhile.
  }
}

type Command = {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  exit: Promise<number | null>;
};

/** A command of the launcher, with a state folder and a home of its own. */
function telltale(...args: string[]): Command {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    NO_COLOR: '1',
    TELLTALE_METRICS_PORT: String(metricsPort),
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

async function start(port = '0'): Promise<Command> {
  const command = telltale('up', '--port', port, '--data-dir', dataDir, '--no-sample');
  await until(() => command.out().includes('Stop') || command.child.exitCode !== null, { timeoutMs: startMs });
  expect(command.err()).not.toMatch(/error|did not/i);
  return command;
}

const url = () => readInstance(dataDir)?.url ?? '';

test('it says where it is, where the data lie and how to watch an agent; the key is for its owner alone', () => {
  expect(up.out()).toContain(url());
  expect(up.out()).toContain(dataDir);
  expect(up.out()).toContain(`${launcherPath} run --agent`);
  expect(statSync(join(dataDir, 'operator.key')).mode & 0o777).toBe(0o600);
});

test('keys are made, listed and revoked by commands that find the instance by themselves', async () => {
  const create = telltale('keys', 'create', '--team', 'acme', '--scopes', 'ingest,read', '--name', 'first', '--json');
  expect(await create.exit).toBe(0);
  const made = JSON.parse(create.out()) as { id: string; key: string };
  expect(Object.keys(made)).toEqual(['id', 'key', 'team_id', 'scopes', 'name']);
  expect(made).toMatchObject({ team_id: 'acme', scopes: ['ingest', 'read'], name: 'first' });
  const list = telltale('keys', 'list', '--team', 'acme');
  expect(await list.exit).toBe(0);
  expect(list.out()).toMatch(new RegExp(`${made.id}\\s+acme\\s+ingest,read\\s+first.*valid`));
  const ask = () => fetch(`${url()}/api/v1/agents`, { headers: { authorization: `Bearer ${made.key}` } });
  expect((await ask()).status).toBe(200);
  expect(await telltale('keys', 'revoke', made.id).exit).toBe(0);
  const after = telltale('keys', 'list', '--team', 'acme');
  expect(await after.exit).toBe(0);
  expect(after.out()).toMatch(new RegExp(`${made.id}.*revoked`));
});

test('a watched command keeps its output and exit code, and is seen', async () => {
  const watched = telltale('run', '--agent', 'builder', '--', 'sh', '-c', 'echo hello; echo oops >&2; exit 3');
  expect(await watched.exit).toBe(3);
  expect(watched.out()).toBe('hello\n');
  const [own, last, ...more] = watched.err().split('\n');
  expect([own, more]).toEqual(['oops', ['']]);
  expect(last).toMatch(
    /^telltale: this run: (\S+, \S+ tokens, \S+ calls, .+, peak .+, \S+ commits|.+; what it came to: telltale runs show \S+)$/,
  );
  const key = readFileSync(join(dataDir, 'operator.key'), 'utf8').trim();
  await until(async () => {
    const answer = await fetch(`${url()}/api/v1/logs?agent_id=builder`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return (await answer.text()).includes('hello');
  });
});

test('a watched command ends with what it came to', async () => {
  const script = "echo 'Token usage: 100 input, 20 output'";
  const said = /^telltale: this run: –, 120 tokens, 1 call, .+, peak .+, 0 commits\n$/;
  // The end waits four seconds for its totals: on a machine that is busy with something else they may come later.
  const isSaid = async () => {
    const watched = telltale('run', '--agent', 'speaker', '--', 'sh', '-c', script);
    expect(await watched.exit).toBe(0);
    return said.test(watched.err());
  };
  await until(isSaid, { timeoutMs: 180_000 });
}, 240_000);

test('one port shows the metrics of all services, which promtool would not complain about', async () => {
  const scrape = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const samples = [
    /^telltale_canary_duration_seconds_count [1-9]/m,
    /^telltale_records_total\{stage="stored",kind="log_entry"\} [1-9]/m,
    /^telltale_stream_lag_seconds /m,
    /^telltale_rollup_lag_seconds /m,
    /^telltale_dead_letters 0$/m,
    /^# TYPE telltale_records_dropped_total counter$/m,
    /^telltale_runs\{state="running"\} 0$/m,
    /^telltale_run_ends_total\{reason="failed"\} 1$/m,
    /^# TYPE telltale_llm_cost_usd_total counter$/m,
    /^telltale_build_info\{service="agent-runner",version="[^"]+"\} 1$/m,
    /^telltale_build_info\{service="gateway",/m,
    /^telltale_build_info\{service="collector",/m,
    /^telltale_build_info\{service="aggregator",/m,
  ];
  // Each service tells of what it did a moment later.
  const text = await until(async () => {
    const now = await scrape();
    for (const sample of samples) expect(now).toMatch(sample);
    return now;
  });
  expect(lintMetrics(text)).toEqual([]);
});

test('another host becomes a runner with a token, keeps runs that can be stopped from here, and is drained', async () => {
  const runnerDir = join(folder, 'runner');
  const enroll = telltale('runners', 'enroll', '--team', 'outpost', '--name', 'build host', '--ttl', '5m');
  expect(await enroll.exit).toBe(0);
  const token = enroll.out().trim();
  expect(enroll.err()).toContain(`telltale runner install --url ${url()} --token ${token}`);
  const install = telltale('runner', 'install', '--url', url(), '--token', token, '--data-dir', runnerDir, '--print');
  expect([await install.exit, install.err()]).toEqual([0, expect.stringMatching(/first record: is stored/)]);
  expect(install.out()).toContain('KillMode=process');
  expect(install.err()).toMatch(/ok +version: /);
  expect(statSync(join(runnerDir, 'runner.key')).mode & 0o777).toBe(0o600);

  // What the unit starts.
  const [, main = ''] = /^ExecStart=.*"([^"]+main\.ts)"$/m.exec(install.out()) ?? [];
  const variables = readFileSync(join(runnerDir, 'runner.env'), 'utf8').matchAll(/^(\w+)='(.*)'$/gm);
  const env = Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value]));
  const runner = spawn(process.execPath, [main], { env: { ...env, PATH: process.env['PATH'] }, stdio: 'ignore' });
  const host = keeperClientOf(keeperFolder(runnerDir));
  await until(async () => (await host.hello()).running === 0, { what: 'the keeper of the other host' });
  const spec = { argv: ['sleep', '600'], env: { PATH: process.env['PATH'] ?? '' }, team_id: 'outpost' };
  for (const run_id of ['far-1', 'far-2']) await host.startRun({ ...spec, run_id, identity: { agent_id: 'far' } });
  // It answers as soon as its start is stored, and a retry costs nothing.
  const stop = async () => (await telltale('runs', 'stop', 'far-1', '--team', 'outpost', '--quiet').exit) === 0;
  await until(stop, { timeoutMs: 30_000, everyMs: 500, what: 'the stop of a run on another host' });
  expect(await host.waitRun('far-1')).toMatchObject({ end_reason: 'cancelled' });
  // What runs on that host already can be watched there.
  const foreign = spawn('sleep', ['600'], { stdio: 'ignore' });
  const here = ['--data-dir', runnerDir];
  const attach = telltale('attach', String(foreign.pid), '--agent', 'stranger', ...here);
  expect(await attach.exit).toBe(0);
  const twice = telltale('attach', String(foreign.pid), '--agent', 'stranger', ...here);
  expect(await host.listRuns()).toContainEqual(
    expect.objectContaining({ team_id: 'outpost', attached: true, pid: foreign.pid }),
  );
  expect([await twice.exit, twice.err()]).toEqual([1, expect.stringMatching(/is watched already, as run/)]);
  const detach = telltale('detach', attach.out().trim(), ...here);
  expect([await detach.exit, detach.err()]).toEqual([0, expect.stringMatching(/detached/)]);
  expect(foreign.exitCode).toBeNull();
  foreign.kill();
  const drain = telltale('runner', 'drain', '--data-dir', runnerDir, '--stop');
  expect([await drain.exit, drain.err()]).toEqual([0, expect.stringMatching(/nothing runs on this host/)]);
  expect(await host.waitRun('far-2')).toMatchObject({ end_reason: 'cancelled' });
  await expect(host.startRun({ ...spec, identity: { agent_id: 'far' } })).rejects.toMatchObject({ code: 'closing' });
  const list = telltale('runners', 'list', '--team', 'outpost');
  expect([await list.exit, list.out()]).toEqual([0, expect.stringMatching(/build host.*(active|draining)/)]);

  const ended = once(runner, 'exit');
  runner.kill('SIGTERM');
  await ended;
  await host.shutdown('the test');
  await until(() => processesOf(runnerDir).length === 0);
}, 240_000);

test('a service that dies is started again while the rest goes on', async () => {
  const first = readInstance(dataDir)?.services['collector'];
  kill(first?.pid ?? 0);
  await until(() => up.err().includes('collector ended (SIGKILL), starting it again in 0.5 s'));
  await until(() => readInstance(dataDir)?.services['collector']?.pid !== first?.pid);
});

test(
  'after a kill -9 of everything but the keeper it starts again at once, with its data, and the runs went on',
  async () => {
    const keeper = keeperClientOf(keeperFolder(dataDir));
    const spec = { argv: ['sleep', '600'], env: { PATH: process.env['PATH'] ?? '' }, team_id: 'acme' };
    await keeper.startRun({ ...spec, run_id: 'long', identity: { agent_id: 'sleeper' } });
    const before = await keeper.listRuns();
    const spared = new Set([livingKeeper(keeperFolder(dataDir))?.pid]);
    const { port } = new URL(url());
    for (const pid of processesOf(dataDir).filter((pid) => !spared.has(pid))) kill(pid);
    up = await start(port);
    expect(await keeper.listRuns()).toEqual(before);
    expect(before).toMatchObject([{ run_id: 'long', status: 'running' }]);
    const list = telltale('keys', 'list', '--team', 'acme', '--json');
    expect(await list.exit).toBe(0);
    expect(JSON.parse(list.out())).toMatchObject({ keys: [{ team_id: 'acme', name: 'first' }] });
    // It goes on telling, and the new agent-runner tells of it.
    const isSeen = async () => (await telltale('runs', 'show', 'long', '--team', 'acme').exit) === 0;
    await until(isSeen, { everyMs: 500 });
    const isCounted = async () => {
      const runners = telltale('runners', 'list', '--json');
      expect(await runners.exit).toBe(0);
      expect(JSON.parse(runners.out())).toMatchObject({ runners: [{ state: 'active', running: 1 }] });
      return true;
    };
    await until(isCounted, { everyMs: 500 });
  },
  2 * startMs,
);

test('three signals of one Ctrl-C stop it in order, with no process left and nothing to be found', async () => {
  const from = performance.now();
  const end = keeperClientOf(keeperFolder(dataDir)).waitRun('long');
  for (let count = 0; count < 3; count += 1) up.child.kill('SIGINT');
  expect(await up.exit).toBe(0);
  expect(performance.now() - from).toBeLessThan(10_000);
  expect(await end).toMatchObject({ end_reason: 'cancelled', survivors: 0 });
  expect(processesOf(dataDir)).toEqual([]);
  expect(existsSync(join(dataDir, 'instance.json'))).toBe(false);
  const nowhere = telltale('keys', 'list');
  expect(await nowhere.exit).toBe(1);
  expect(nowhere.err()).toMatch(/No Telltale runs on this machine/);
});

test.each([
  ['a port that is taken', (port: number) => ['--port', String(port)], /Port \d+ on 127.0.0.1 is taken.*--port/],
  [
    'a port that is taken at a first start',
    (port: number) => ['--port', String(port), '--data-dir', join(folder, 'new')],
    /Port \d+ on 127.0.0.1 is taken.*--port/,
  ],
  ['an address that others can reach', () => ['--port', '0', '--host', '0.0.0.0'], /--insecure-http/],
  [
    'a data folder that cannot be made',
    () => ['--port', '0', '--data-dir', '/dev/null/data'],
    /cannot be written \(ENOTDIR\).*--data-dir/,
  ],
  [
    'a data folder in a file system that takes none',
    () => ['--port', '0', '--data-dir', '/proc/telltale/data'],
    /cannot be written \(ENOENT\).*--data-dir/,
  ],
])('%s is refused in one sentence, and nothing is left running', async (_what, flags, sentence) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refused = telltale('up', '--data-dir', dataDir, ...flags(port));
  expect(await refused.exit).toBe(1);
  holder.close();
  expect(refused.err().trim().split('\n')).toEqual([expect.stringMatching(sentence)]);
  expect(refused.out()).toBe('');
  expect(existsSync(join(folder, 'new'))).toBe(false);
  expect(processesOf(dataDir)).toEqual([]);
});
