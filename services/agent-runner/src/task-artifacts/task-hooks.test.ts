import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { RepoPoolClient } from '@telltale/clients/repo-pool-client';
import type { ArtifactContent } from '@telltale/clients/artifact-store-client';
import { systemClock } from '@telltale/runtime/clock';
import { createLifecycle, type Lifecycle } from '@telltale/runtime/lifecycle';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepoPool, type ServedRepoPool } from '../repo-pool/open-repo-pool.ts';
import type { TaskHooks } from '../tasks/task-hooks.ts';
import { quietLog } from '../test-support/watch-command.ts';
import { createTaskHooks } from './task-hooks.ts';

type AfterRun = Parameters<NonNullable<TaskHooks['afterRun']>>[0];
type Kept = { type: string; text: string; metadata: unknown };

let folder = '';
let source = '';
let life: Lifecycle;
let served: ServedRepoPool;
const secret = 'q7-very-secret-value-of-the-runner';
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-C', cwd, '-c', 'user.name=T', '-c', 'user.email=t@telltale.invalid', ...args], {
    encoding: 'utf8',
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hooks-'));
  source = join(folder, 'repositories/sample');
  mkdirSync(source, { recursive: true });
  git(source, 'init', '-q');
  writeFileSync(join(source, 'a.txt'), 'one\n');
  git(source, 'add', '.');
  git(source, 'commit', '-qm', 'one');
  life = createLifecycle({ log: quietLog });
  const settings = {
    folder: join(folder, 'repo-pool'),
    host: '127.0.0.1',
    port: 0,
    key: null,
    slotsPerRepository: 1,
    allowedFolders: [join(folder, 'repositories')],
    waitMs: 20_000,
  };
  served = await openRepoPool(life, {
    settings,
    env: { PATH: process.env['PATH'] },
    clock: systemClock,
    log: quietLog,
  });
});
afterAll(async () => {
  await life[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function open(broken: readonly string[] = []) {
  const kept: Kept[] = [];
  const upload = async (type: string, content: ArtifactContent, metadata?: unknown) => {
    if (broken.includes(type)) throw new Error('the store is away');
    const stream = typeof content === 'function' ? content() : Readable.from([content]);
    kept.push({ type, text: await text(stream), metadata });
    return { uri: 'artifact:x', size_bytes: 0, sha256: '' };
  };
  const hooks = createTaskHooks({
    repositories: {
      pool: served.pool,
      slotsFor: () => new RepoPoolClient({ baseUrl: served.url, apiKey: served.key }),
    },
    keeper: { hello: async () => ({ pid: process.pid }) as never },
    storeFor: () => ({
      upload,
      uploadText: (type, words, metadata) => upload(type, Buffer.from(words), metadata),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    api: { run: async () => ({ status: 'ended', llm_calls: 3, total_tokens: 42, cost_usd: 0.5 }) as never },
    env: { API_TOKEN: secret },
    waitMs: 20_000,
    clock: systemClock,
    log: quietLog,
  });
  return { hooks, kept };
}

const about = (runId: string, more: Partial<AfterRun>): AfterRun => ({
  taskId: 't-1',
  runId,
  agentId: 'coder',
  crewId: 'codegen',
  sessionId: null,
  capture: 'redacted',
  workspace: { path: '/nowhere', commit: null },
  stdoutFile: join(folder, `${runId}.out`),
  stderrFile: join(folder, `${runId}.err`),
  signal: new AbortController().signal,
  end: { end_reason: 'completed', exit_code: 0, duration_ms: 12, lines: 2, output_bytes: 9 } as never,
  ...more,
});

test('a task works in a slot, and its diff, its log and its usage are kept before the slot goes back', async () => {
  const { hooks, kept } = open();
  const runId = '0199aa00-0000-7000-8000-000000000011';
  const whose = { taskId: 't-1', runId, agentId: 'coder', crewId: 'codegen', sessionId: null };
  const wish = { ...whose, repoUrl: source, signal: new AbortController().signal };
  const workspace = await hooks.openWorkspace(wish);
  // Who comes again for the same run, as after a restart, gets the same place.
  const again = await hooks.openWorkspace(wish);
  expect(again.path).toBe(workspace.path);
  writeFileSync(join(workspace.path, 'a.txt'), `two ${secret}\n`);
  writeFileSync(join(workspace.path, 'new.txt'), 'new\n');
  const run = about(runId, { workspace });
  writeFileSync(run.stdoutFile, `line one\nthe key is ${secret}\n`);
  writeFileSync(run.stderrFile, '');
  await hooks.afterRun(run);
  expect(kept.map(({ type }) => type)).toEqual(['diff', 'log', 'usage_report']);
  const [diff, log, usage] = kept;
  expect(diff?.text).toContain('+++ b/new.txt');
  expect(diff?.metadata).toEqual({ commit: workspace.commit });
  expect(log).toMatchObject({ text: 'line one\nthe key is ‹redacted:API_TOKEN›\n', metadata: { stream: 'stdout' } });
  expect(JSON.parse(usage?.text ?? '')).toMatchObject({
    task_id: 't-1',
    run_id: runId,
    end_reason: 'completed',
    output_lines: 2,
    usage: { llm_calls: 3, total_tokens: 42, cost_usd: 0.5 },
  });
  expect(JSON.stringify(kept)).not.toContain(secret);
  await again.release();
  await workspace.release();
  await until(() => served.pool.list().every(({ state }) => state === 'free'));
});

test('what may not leave the host does not; an artifact that cannot be kept keeps the others from nothing', async () => {
  const runId = '0199aa00-0000-7000-8000-000000000012';
  const { hooks, kept } = open();
  const run = about(runId, { capture: 'metadata' });
  writeFileSync(run.stdoutFile, 'private');
  await hooks.afterRun(run);
  expect(kept.map(({ type }) => type)).toEqual(['usage_report']);
  const other = open(['log']);
  await other.hooks.afterRun(about(runId, { capture: 'full' }));
  expect(other.kept.map(({ type }) => type)).toEqual(['usage_report']);
});

test('a long log is redacted piece by piece, also where a secret lies between two reads', async () => {
  const { hooks, kept } = open();
  const run = about('0199aa00-0000-7000-8000-000000000013', {});
  const line = `${'x'.repeat(997)} ${secret}\n`;
  writeFileSync(run.stdoutFile, line.repeat(500));
  await hooks.afterRun(run);
  const [log] = kept;
  expect(log?.text.split('‹redacted:API_TOKEN›').length).toBe(501);
  expect(log?.text).not.toContain('q7-very');
});
