import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { aCrew } from '@telltale/tasks/task-source-conformance';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
let folder: string;
let env: Record<string, string>;
let api: ReturnType<typeof createTaskApi>;
beforeAll(async () => {
  t = await createTestGateway();
  folder = mkdtempSync(join(tmpdir(), 'telltale-cli-tasks-'));
  const key = (await t.as('red', 'read', 'admin', 'runner')).authorization.slice('Bearer '.length);
  env = { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: key };
  api = createTaskApi(createRestClient({ url: t.gateway.url, key }));
  await api.announceCrews({
    runner_id: 'one',
    host: 'vm-1',
    slots: 9,
    crews: [aCrew('build', { inputs: { target: { type: 'string', required: true } } }), aCrew('sweep')],
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await t[Symbol.asyncDispose]();
});

async function type(...args: string[]) {
  const said: string[] = [];
  let out = '';
  const context = {
    env,
    page: () => plainPage,
    out: (text: string) => void (out += text),
    say: (line: string) => void said.push(line),
    exitCode: 0,
  };
  const code = await runCommandLine(args, context);
  return { code, out, said };
}
/** Does what a runner with room would do, and says that its run ended so. */
async function runNext(crew_id: string, end_reason: 'completed' | 'failed') {
  const wish = { runner_id: 'one', host: 'vm-1', crews: [{ crew_id, free: 1 }], free: 1 };
  const [lease] = await until(async () => {
    const { leases } = await api.leaseTasks(wish);
    return leases.length > 0 ? leases : null;
  });
  if (lease !== undefined) await api.endLease(lease.run_id, { runner_id: 'one', task_id: lease.task_id, end_reason });
}

test('a task is made with inputs from a file and from flags, limits and priority', async () => {
  const file = join(folder, 'inputs.json');
  writeFileSync(file, JSON.stringify({ target: 'web', depth: 1 }));
  const more = '--timeout 10m --max-usd 1.5 --priority 7 --attempts 3 --agent ada --key k --json'.split(' ');
  const inputs = ['--inputs-file', file, '--input', 'note=a=b; $(id)', '--input', 'depth:=2'];
  const made = await type('tasks', 'create', 'sweep', ...inputs, ...more);
  expect([made.code, JSON.parse(made.out)]).toMatchObject([
    0,
    {
      status: 'PENDING',
      agent_id: 'ada',
      inputs: { target: 'web', depth: 2, note: 'a=b; $(id)' },
      limits: { timeout_ms: 600_000, max_usd: 1.5 },
      priority: 7,
      max_attempts: 3,
    },
  ]);
  await api.cancelTasks({ all: true });
});

test('--wait ends with the task, and its end decides about the exit code', async () => {
  const waiting = type('tasks', 'create', 'sweep', '--wait');
  await runNext('sweep', 'completed');
  expect(await waiting).toMatchObject({ code: 0, said: [expect.stringContaining('COMPLETED')] });
  const failing = type('tasks', 'create', 'sweep', '--wait', '--quiet');
  await runNext('sweep', 'failed');
  expect(await failing).toMatchObject({ code: 1, said: [] });
});

test('what is wrong is said by the gateway’s own words, and a bad flag is a usage error', async () => {
  const unknown = await type('tasks', 'create', 'nobody');
  expect([unknown.code, unknown.said.join('\n')]).toEqual([1, expect.stringMatching(/announced are build, sweep/)]);
  const missing = await type('tasks', 'create', 'build');
  expect([missing.code, missing.said.join('\n')]).toEqual([2, expect.stringContaining('target')]);
  expect((await type('tasks', 'create', 'build', '--input', 'no equals')).code).toBe(2);
  expect((await type('tasks', 'create', 'build', '--input', 'n:={')).code).toBe(2);
  expect((await type('tasks', 'create', 'build', '--timeout', 'soon')).code).toBe(2);
});

test('a task that waits is cancelled', async () => {
  const { out } = await type('tasks', 'create', 'sweep');
  const cancelled = await type('tasks', 'cancel', out.trim(), '--json');
  expect([cancelled.code, JSON.parse(cancelled.out)]).toMatchObject([0, { status: 'CANCELLED' }]);
  expect(await type('tasks', 'cancel', out.trim())).toMatchObject({ code: 1 });
});

test('start makes a task of every crew of the team, stop ends them all', async () => {
  const started = await type('start', '--team', 'red', '--input', 'target=web', '--json');
  const { tasks } = JSON.parse(started.out) as { tasks: { crew_id: string; inputs: object }[] };
  expect(tasks.map(({ crew_id, inputs }) => [crew_id, inputs])).toEqual([
    ['build', { target: 'web' }],
    ['sweep', { target: 'web' }],
  ]);
  const partly = await type('start', '--team', 'red');
  expect([partly.code, partly.said.join('\n'), partly.out.trim().split('\n').length]).toEqual([
    0,
    expect.stringContaining('build was not started: #/inputs/target'),
    1,
  ]);
  expect((await type('stop', '--team', 'red')).code).toBe(2);
  const stopped = await type('stop', '--team', 'red', '--yes', '--json');
  expect([stopped.code, JSON.parse(stopped.out)]).toMatchObject([0, { left: [] }]);
  expect((JSON.parse(stopped.out) as { task_ids: string[] }).task_ids).toHaveLength(3);
});
