import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, processesOfRun, readTree } from './process-tree.ts';
import { repositoryRoot, startProduct, type Product } from './start-product.ts';

/** Two commits on main, one on a branch, a merge; 10,000 lines; two children that burn and allocate; two usage lines. */
const script = `
set -e
git init -q -b main .
git config user.email builder@example.invalid; git config user.name builder
echo a > a.txt; git add .; git commit -q -m 'first'
git checkout -q -b feature
echo b > b.txt; echo bb > bb.txt; git add .; git commit -q -m 'second'
git checkout -q main
echo c > c.txt; git add .; git commit -q -m 'third'
git merge -q --no-ff -m 'join feature' feature
seq -f 'line %.0f' 1 10000
echo 'Token usage: 100 input, 20 output'
echo 'Token usage: 50 input, 5 output'
for n in 1 2; do
  "$NODE" -e 'const held = Buffer.alloc(200 * 2 ** 20, 1); const end = Date.now() + 14000; while (Date.now() < end); process.exit(held[0] - 1)' &
done
wait
exit 7
`;

type Reading = { at: number; rssBytes: number; cpuSeconds: number };

let product: Product;
let folder = '';
let exitCode: number | null = null;
let output = '';
const readings: Reading[] = [];

beforeAll(async () => {
  product = await startProduct();
  folder = await mkdtemp(join(tmpdir(), 'telltale-watched-'));
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const argv = [cli, 'run', '--agent', 'builder', '--session', 's-1', '--', 'bash', '-c', script];
  const env = { ...product.env, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key, NODE: process.execPath };
  const child = spawn(process.execPath, argv, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const pid = child.pid ?? 0;
  const poll = setInterval(() => {
    const begun = Date.now();
    const roots = childrenOf(pid);
    const trees = roots.map(readTree);
    const sum = (of: 'rssBytes' | 'cpuSeconds'): number => trees.reduce((total, tree) => total + tree[of], 0);
    // In the middle of the look, which takes its time on a busy machine.
    const at = (begun + Date.now()) / 2;
    readings.push({ at, rssBytes: sum('rssBytes'), cpuSeconds: sum('cpuSeconds') });
  }, 100);
  exitCode = await new Promise((done) => child.once('close', (code) => done(code)));
  clearInterval(poll);
  await until(async () => (await product.get<{ status: string }>(`/runs/${await runId()}`)).status === 'ended', {
    what: 'the end of the run',
  });
}, 180_000);

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function runId(): Promise<string> {
  const { runs } = await product.get<{ runs: { run_id: string }[] }>('/runs?agent_id=builder');
  return runs[0]?.run_id ?? '';
}

/** Every record of a list, oldest first, through its cursor. */
async function all<T>(path: string, things: string): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await product.get<Record<string, unknown>>(
      `${path}&limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    found.push(...(page[things] as T[]));
    cursor = page['next_cursor'] as string | undefined;
  } while (cursor !== undefined && cursor !== null);
  return found.toReversed();
}

test('the exit code and the output are the command’s own', () => {
  expect(exitCode).toBe(7);
  expect(output.split('\n').filter((line) => line.startsWith('line '))).toHaveLength(10_000);
});

test('the run has its exit code and reason', async () => {
  const run = await product.get<Record<string, unknown>>(`/runs/${await runId()}`);
  expect(run).toMatchObject({
    agent_id: 'builder',
    session_id: 's-1',
    exit_code: 7,
    end_reason: 'failed',
    signal: null,
    lifecycle: 'error',
  });
});

test('exactly four commits and merges, with sha, branch and files', async () => {
  const git = await all<Record<string, unknown>>(`/git?run_id=${await runId()}`, 'git');
  const commits = git.filter(({ operation }) => operation === 'commit' || operation === 'merge');
  expect(
    commits.map(({ operation, branch, message, files_changed }) => ({ operation, branch, message, files_changed })),
  ).toEqual([
    { operation: 'commit', branch: 'main', message: 'first', files_changed: 1 },
    { operation: 'commit', branch: 'feature', message: 'second', files_changed: 2 },
    { operation: 'commit', branch: 'main', message: 'third', files_changed: 1 },
    { operation: 'merge', branch: 'main', message: 'join feature', files_changed: expect.any(Number) as number },
  ]);
  expect(commits.every(({ sha }) => /^[0-9a-f]{40}$/.test(String(sha)))).toBe(true);
});

test('exactly the 10,000 lines are log entries, in order', async () => {
  const logs = await all<{ message: string; source: string }>(`/logs?run_id=${await runId()}&q=line`, 'logs');
  const lines = logs.filter(({ source }) => source === 'stdout').map(({ message }) => message);
  expect(lines).toEqual(Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`));
});

test('the two usage lines are two calls', async () => {
  const calls = await all<{ input_tokens: number; output_tokens: number }>(
    `/calls?kind=llm_call&run_id=${await runId()}`,
    'calls',
  );
  expect(calls.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual([
    [100, 20],
    [50, 5],
  ]);
  const session = await until(async () => {
    const found = await product.get<Record<string, unknown>>('/metrics/sessions/s-1');
    return found['llm_calls'] === 2 && found['git_commits'] === 3 ? found : null;
  });
  expect(session).toMatchObject({ total_tokens: 175, unpriced_calls: 2, partial: true, cost_usd: null });
});

test('the peak memory is within 10 % of the tree’s own account', async () => {
  const samples = await all<{ memory_bytes: number }>(`/samples?run_id=${await runId()}`, 'samples');
  const watched = Math.max(...samples.map((sample) => sample.memory_bytes));
  const polled = Math.max(...readings.map((reading) => reading.rssBytes));
  expect(polled).toBeGreaterThan(400 * 2 ** 20);
  expect(Math.abs(watched - polled) / polled).toBeLessThan(0.1);
});

/** Seconds of CPU that the tree had used at a time, between the readings next to it. */
function usedUntil(at: number): number {
  const after = readings.findIndex((reading) => reading.at >= at);
  const [one, two] = [readings[after - 1], readings[after]];
  if (one === undefined || two === undefined) throw new Error('no readings at that time');
  return one.cpuSeconds + (two.cpuSeconds - one.cpuSeconds) * ((at - one.at) / (two.at - one.at));
}

test('cpu_percent over ten seconds of steady load is within 15 points of the time that was used', async () => {
  const samples = await all<{ at: string; cpu_percent: number }>(`/samples?run_id=${await runId()}`, 'samples');
  // While both children live: what one used that has ended is in no reading any more.
  const steady = readings.filter((reading) => reading.rssBytes > 400 * 2 ** 20);
  const from = (steady[0]?.at ?? 0) + 500;
  const to = Math.min(from + 10_500, steady.at(-1)?.at ?? 0);
  // A sample says how much was used since the one before: weigh each by the time it covers.
  const spans = samples.flatMap(({ at, cpu_percent }, index) => {
    const [begin, end] = [Date.parse(samples[index - 1]?.at ?? ''), Date.parse(at)];
    return begin >= from && end <= to ? [{ begin, end, cpu_percent }] : [];
  });
  const [begin, end] = [spans[0]?.begin ?? 0, spans.at(-1)?.end ?? 0];
  expect(end - begin).toBeGreaterThan(5_000);
  const weighted = spans.reduce((sum, span) => sum + span.cpu_percent * (span.end - span.begin), 0) / (end - begin);
  // In that very time: what others leave of a busy machine differs from one moment to the next.
  const used = ((usedUntil(end) - usedUntil(begin)) / ((end - begin) / 1_000)) * 100;
  expect(Math.abs(weighted - used)).toBeLessThan(15);
});

test('a command that somebody else schedules is a whole task, and a second one is its next attempt', async () => {
  const git = ['init -q', '-c user.name=a -c user.email=a@example.invalid commit -q --allow-empty -m one'];
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const env = { ...product.env, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key };
  const place = await mkdtemp(join(folder, 'ci-'));
  for (const line of git) await promisify(execFile)('git', line.split(' '), { cwd: place, env });
  const runTask = (program: string): Promise<{ code: number; said: string }> =>
    new Promise((done) => {
      const argv = [cli, 'run', '--task', 'ci 1', '--agent', 'ci', '--', 'sh', '-c', program];
      execFile(process.execPath, argv, { cwd: place, env }, (error, _, said) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, said }),
      );
    });
  const first = await runTask('echo new > new.txt; echo printed; echo complained >&2; exit 3');
  expect(first).toMatchObject({ code: 3, said: expect.not.stringContaining('could not be kept') });
  type Kept = { artifact_id: string; artifact_type: string; run_id: string; metadata: { stream?: string } | null };
  const { artifacts } = await product.get<{ artifacts: Kept[] }>('/artifacts?task_id=ci%201');
  const contents = new Map<string, string>();
  for (const { artifact_id, artifact_type, metadata } of artifacts) {
    const headers = { authorization: `Bearer ${product.key}` };
    const content = await (await fetch(`${product.url}/api/v1/artifacts/${artifact_id}`, { headers })).text();
    contents.set(`${artifact_type} ${metadata?.stream ?? ''}`.trim(), content);
  }
  expect([...contents.keys()].toSorted()).toEqual(['diff', 'log stderr', 'log stdout', 'usage_report']);
  expect(contents.get('diff')).toContain('+++ b/new.txt');
  expect([contents.get('log stdout'), contents.get('log stderr')]).toEqual(['printed\n', 'complained\n']);
  const report = JSON.parse(contents.get('usage_report') ?? '') as Record<string, unknown>;
  expect(report).toMatchObject({ task_id: 'ci 1', end_reason: 'failed', exit_code: 3, output_lines: 2 });
  expect(report['usage']).toMatchObject({ llm_calls: 0 });
  const stateOf = () => product.get<Record<string, unknown>>('/tasks/ci%201');
  const failed = { status: 'FAILED', attempt: 1, error_message: 'the program exited with code 3' };
  expect(await until(async () => ((await stateOf())['ended_at'] === null ? null : stateOf()))).toMatchObject(failed);
  expect(await runTask('true')).toMatchObject({ code: 0 });
  // What runs it is known, too, once its run was folded.
  const isNext = async () => {
    const { status, run_id } = await stateOf();
    return status === 'COMPLETED' && run_id !== null;
  };
  await until(isNext, { what: 'the end of the second attempt' });
  expect(await stateOf()).toMatchObject({ attempt: 2, error_message: null });
}, 120_000);

test('a task that waits is taken by the run that names it: no second run gets it, and its lease tells its end', async () => {
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const env = { ...product.env, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key };
  const place = await mkdtemp(join(folder, 'by-hand-'));
  const headers = { authorization: `Bearer ${product.key}`, 'content-type': 'application/json' };
  const crew = { runner_id: 'away', host: 'vm-1', slots: 1, crews: [{ crew_id: 'by-hand', description: '' }] };
  await fetch(`${product.url}/api/v1/crews`, { method: 'PUT', headers, body: JSON.stringify(crew) });
  const { task_id: taskId } = (await (await product.post('/tasks', { crew_id: 'by-hand' })).json()) as {
    task_id: string;
  };
  const runIt = (...program: string[]): Promise<{ code: unknown; said: string }> =>
    new Promise((done) => {
      const argv = [cli, 'run', '--task', taskId, '--capture', 'metadata', '--', ...program];
      execFile(process.execPath, argv, { cwd: place, env }, (error, _, said) => done({ code: error?.code ?? 0, said }));
    });
  const state = () =>
    product.get<{ status: string; run_id: string; host: string; attempt: number }>(`/tasks/${taskId}`);
  const first = runIt('sleep', '600');
  await until(async () => (await state()).status === 'RUNNING', { timeoutMs: 40_000, what: 'the run of the task' });
  const { run_id: runId, host } = await state();
  const refused = `telltale: Nothing was started: task ${taskId} is RUNNING: run ${runId} on ${host} has it.\n`;
  expect(await runIt('true')).toEqual({ code: 125, said: refused });
  expect((await product.post(`/tasks/${taskId}/cancel`, {})).status).toBe(202);
  expect((await first).code).toBe(143);
  expect(await state()).toMatchObject({ status: 'CANCELLED', attempt: 1 });
}, 120_000);

test('a killed telltale run leaves no process, loses no line, and its run and task end at once', async () => {
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const env = { ...product.env, TELLTALE_URL: product.url, TELLTALE_API_KEY: product.key };
  const place = await mkdtemp(join(folder, 'killed-'));
  const program = 'echo before; setsid sleep 600 > /dev/null & sleep 600 & wait';
  const argv = [cli, 'run', '--agent', 'killed', '--task', 'killed', '--', 'bash', '-c', program];
  const child = spawn(process.execPath, argv, { cwd: place, env, stdio: 'ignore' });
  const runs = async () =>
    (await product.get<{ runs: { run_id: string; end_reason: string | null }[] }>('/runs?agent_id=killed')).runs;
  const patience = { timeoutMs: 40_000 };
  await until(async () => (await runs()).length === 1, { ...patience, what: 'the run' });
  const runId = (await runs())[0]?.run_id ?? '';
  const left = (): number[] => processesOfRun(runId);
  await until(() => left().length >= 3, { ...patience, what: 'all that it starts' });
  child.kill('SIGKILL');
  await until(() => left().length === 0, { ...patience, what: 'the end of what it left' });
  await until(async () => (await runs())[0]?.end_reason === 'lost', { ...patience, what: 'the end of the run' });
  type Lines = { logs: { message: string }[] };
  const lines = async () => (await product.get<Lines>(`/logs?run_id=${runId}`)).logs.map(({ message }) => message);
  await until(async () => (await lines()).includes('before'), { ...patience, what: 'its line' });
  const ended = async () => (await product.get<{ status: string }>('/tasks/killed')).status === 'FAILED';
  await until(ended, { ...patience, what: 'the end of the task' });
}, 180_000);
