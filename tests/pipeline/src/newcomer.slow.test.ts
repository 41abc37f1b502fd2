import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '@telltale/embedded/free-port';
import { shellBlocks } from './shell-blocks.ts';
import { repositoryRoot } from './start-product.ts';

const exec = promisify(execFile);

/** A person's environment: what they have by chance (a test runner's variables, a newer Node) is left out. */
const environment = (home: string): NodeJS.ProcessEnv => {
  const path = (process.env['PATH'] ?? '').split(':').filter((part) => !part.includes('node_modules'));
  return { PATH: path.join(':'), HOME: home, LANG: 'C.UTF-8' };
};

/** Living processes whose working folder or program lies below a folder. */
function processesBelow(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        const inside = command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
        return inside && !/\) Z /.test(state) ? [`${pid} ${command}`] : [];
      } catch {
        // Gone meanwhile.
        return [];
      }
    });
}

function killAll(): void {
  for (const line of processesBelow(folder)) {
    try {
      process.kill(Number(line.split(' ')[0]), 'SIGKILL');
    } catch {
      // It ended by itself between the look and the signal.
    }
  }
}

let folder = '';
let clone = '';
let port = 0;
let env: NodeJS.ProcessEnv = {};
let sampleLlm: ChildProcess | null = null;
/** The walk of docs/tasks.md with the ports of this test. */
let walk: string[] = [];
let product: { child: ChildProcess; output: () => string };

function npmStart(): typeof product {
  const child = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: clone,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

async function ready(): Promise<void> {
  await until(
    async () => {
      if (product.child.exitCode !== null) throw new Error(`npm start ended:\n${product.output()}`);
      return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200 && product.output().includes(`:${port}`);
    },
    { timeoutMs: 240_000, everyMs: 100, what: 'readiness' },
  );
}

/** `npm run sample-llm` has no port of its own to say: the same program, on a free one. */
async function startSampleLlm(): Promise<void> {
  expect(walk[0]?.trim()).toBe('npm run sample-llm');
  const llmPort = new URL(env['OPENAI_BASE_URL'] ?? '').port;
  sampleLlm = spawn('npm', ['run', '--silent', 'sample-llm', '--', llmPort], { cwd: clone, env, detached: true });
  await until(async () => (await fetch(`${env['OPENAI_BASE_URL']}/models`)).ok, { timeoutMs: 60_000 });
}

function stopSampleLlm(): void {
  if (sampleLlm?.pid !== undefined) process.kill(-sampleLlm.pid, 'SIGKILL');
  sampleLlm = null;
}

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  const exit = new Promise<number | null>((done) => product.child.once('exit', (code) => done(code)));
  process.kill(-(product.child.pid ?? 0), signal);
  return exit;
}

const key = (): string => readFileSync(join(clone, '.telltale/operator.key'), 'utf8').trim();
const ask = async (path: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    headers: { authorization: `Bearer ${key()}` },
  });
  return (await response.json()) as Record<string, unknown>;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-newcomer-'));
  clone = join(folder, 'telltale');
  port = await freePort();
  env = environment(folder);
  await exec('git', ['clone', '--quiet', repositoryRoot, clone]);
  const llmPort = await freePort();
  const blocks = shellBlocks(join(clone, 'docs/tasks.md'), 'From an empty clone to a diff');
  walk = blocks.map((block) => block.replaceAll('4400', String(port)).replaceAll('4480', String(llmPort)));
  // The page's second command, whose port is the usual one: its variables hold for every start here.
  for (const [, name = '', value] of (walk[1] ?? '').matchAll(/(OPENAI_\w+)=(\S+)/g)) env[name] = value;
  product = npmStart();
  await ready();
}, 300_000);

afterAll(async () => {
  if (product.child.exitCode === null) await stop('SIGKILL');
  stopSampleLlm();
  killAll();
  await until(() => processesBelow(folder).length === 0);
  await rm(folder, { recursive: true, force: true });
});

test('a fresh clone starts with npm start and says where it is and how to watch an agent', () => {
  const output = product.output();
  expect(output).toContain(`http://127.0.0.1:${port}`);
  expect(output).toContain(join(clone, '.telltale'));
  expect(output).toContain(`${join(clone, 'telltale')} run --agent`);
});

test('a watched command in another folder passes its output and exit code and is seen within the second', async () => {
  const elsewhere = await mkdtemp(join(folder, 'elsewhere-'));
  const argv = ['run', '--agent', 'newcomer', '--', 'sh', '-c', 'echo hello; echo oops >&2; exit 3'];
  const result = await exec(join(clone, 'telltale'), argv, { cwd: elsewhere, env }).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  expect(result).toMatchObject({ code: 3, stdout: 'hello\n' });
  expect(readdirSync(elsewhere)).toEqual([]);
  const telemetry = await until(async () => {
    const found = await ask('/agents/newcomer/telemetry');
    return Array.isArray(found['activity_logs']) && found['activity_logs'].length >= 2 ? found : null;
  });
  const messages = (telemetry['activity_logs'] as { message: string; source: string }[]).map(({ message, source }) => [
    source,
    message,
  ]);
  expect(messages).toContainEqual(['stdout', 'hello']);
  expect(messages).toContainEqual(['stderr', 'oops']);
});

test('the sample crew has run once, in its own team', async () => {
  const runs = await until(
    async () => {
      const found = (await ask('/runs?team_id=sample')) as {
        runs: { status: string; git_commits: number; llm_calls: number }[];
      };
      return found.runs.length >= 3 && found.runs.every(({ status }) => status === 'ended') ? found.runs : null;
    },
    { timeoutMs: 60_000, what: 'the end of the sample crew' },
  );
  expect(runs.reduce((sum, run) => sum + run.git_commits, 0)).toBeGreaterThan(0);
  expect(runs.reduce((sum, run) => sum + run.llm_calls, 0)).toBeGreaterThan(0);
}, 90_000);

test('the walk of docs/tasks.md leads from a sample repository to the diff on the screen', async () => {
  await startSampleLlm();
  expect(walk[1]).toMatch(/^OPENAI_BASE_URL=\S+ OPENAI_API_KEY=\S+ npm start\n$/);
  await until(async () => JSON.stringify(await ask('/crews')).includes('"codegen"'), { what: 'the crew' });
  const script = walk.slice(2).join('\n');
  const { stdout } = await exec('sh', ['-euc', script], { cwd: clone, env, timeout: 120_000 });
  expect(stdout).toContain('"status":"COMPLETED"');
  expect(stdout).toContain("+export const greet = (name) => (name === '' ? 'Hello!' : `Hello, ${name}!`);");
  const task = /"task_id":"([^"]+)"/.exec(readFileSync(join(clone, '.telltale/task.json'), 'utf8'))?.[1] ?? '';
  const { artifacts } = (await ask(`/artifacts?task_id=${task}`)) as { artifacts: { artifact_type: string }[] };
  expect(new Set(artifacts.map(({ artifact_type }) => artifact_type))).toEqual(
    new Set(['diff', 'log', 'test_result', 'usage_report']),
  );
  // Metered by the proxy, told of by the client: one call.
  const detail = await until(async () => {
    const found = await ask(`/monitoring/tasks/${task}`);
    const told = ['service_calls', 'llm_calls', 'git_commits'].every((name) => Number(found[name]) > 0);
    return found['status'] === 'COMPLETED' && told ? found : null;
  });
  expect(detail).toMatchObject({ llm_calls: 1, git_commits: 1 });
  const health = (await ask('/health/deep')) as { checks: { name: string; status: string }[] };
  for (const { name, status } of health.checks) expect([name, status]).toEqual([name, 'healthy']);
  stopSampleLlm();
}, 180_000);

test('Ctrl-C stops everything in order and leaves no process; data survive a restart and a kill -9 of the whole tree', async () => {
  expect(await stop('SIGINT')).toBe(0);
  await until(() => processesBelow(folder).length === 0, { what: 'the end of every process' });

  product = npmStart();
  await ready();
  expect((await ask('/agents/newcomer/telemetry'))['agent_id']).toBe('newcomer');

  killAll();
  product = npmStart();
  await ready();
  expect((await ask('/agents/newcomer/telemetry'))['agent_id']).toBe('newcomer');
}, 300_000);
