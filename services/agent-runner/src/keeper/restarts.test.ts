import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProvider } from '@telltale/testkit/fake-provider';
import { startTestKeeper } from '../test-support/test-keeper.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const printer = 'i=0; while [ ! -e stop ]; do i=$((i+1)); echo "line $i"; sleep 0.3; done; echo "sum $i"';
const caller = `
const { existsSync } = require('node:fs');
const ask = () => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-api-key': 'k' },
  body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 9, messages: [] }),
});
let calls = 0;
(async () => {
  while (!existsSync('stop')) {
    const answer = await ask();
    if (!answer.ok || (await answer.json()).id !== 'msg_1') throw new Error('a call failed');
    calls += 1;
    console.log('line ' + calls);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log('sum ' + calls);
})();`;
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [],
  usage: { input_tokens: 3, output_tokens: 2 },
};

test('20 runs go on through five restarts and two kills of the agent-runner, and nothing of them is lost', async () => {
  await using gateway = await startScriptedGateway();
  await using provider = await startProvider((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(message));
  });
  await using t = await startTestKeeper(gateway.url);

  /** As `telltale up` starts it, each time anew, with a log that says when it is linked to the keeper. */
  const startRunner = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        TELLTALE_URL: gateway.url,
        TELLTALE_API_KEY_FILE: t.keyFile,
        TELLTALE_DATA_DIR: t.dataDir,
        TELLTALE_METRICS_PORT: 'off',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(() => said.includes('"started"'), { what: `the agent-runner to start (${said})` });
    return child;
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };

  let runner = await startRunner();
  const env = { PATH: process.env['PATH'] ?? '', ANTHROPIC_BASE_URL: provider.url };
  const ids = Array.from({ length: 20 }, (_none, at) => `run-${at}`);
  for (const [at, run_id] of ids.entries()) {
    await t.keeper.startRun({
      run_id,
      team_id: 'red',
      argv: at < 3 ? [process.execPath, '-e', caller] : ['sh', '-c', printer],
      cwd: t.dataDir,
      env,
      identity: { agent_id: `agent-${at}` },
      ...(at < 3 ? { proxy: 'on' as const } : {}),
    });
  }
  const living = async () =>
    (await t.keeper.listRuns())
      .filter(({ status }) => status === 'running')
      .map(({ run_id, pid }) => `${run_id} ${pid}`);
  const atFirst = await living();
  expect(atFirst).toHaveLength(20);
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGTERM'] as const) {
    await end(runner, signal);
    expect(await living()).toEqual(atFirst);
    runner = await startRunner();
  }
  expect(await living()).toEqual(atFirst);
  writeFileSync(join(t.dataDir, 'stop'), '');
  const ends = await Promise.all(ids.map((run_id) => t.keeper.waitRun(run_id)));
  expect(ends.map(({ end_reason, exit_code }) => `${end_reason} ${exit_code}`)).toEqual(ids.map(() => 'completed 0'));
  await end(runner, 'SIGTERM');

  const records = () =>
    new Map(gateway.seen.flatMap((batch) => batch.records).map((one) => [one.id, one])).values().toArray();
  const of = (run_id: string, kind: string) =>
    records().filter((one) => one['run_id'] === run_id && one['kind'] === kind);
  /** Batches travel beside each other: a later one may arrive first. */
  const linesOf = (run_id: string): string[] =>
    of(run_id, 'log_entry')
      .toSorted((a, b) => Number(a['line']) - Number(b['line']))
      .map((one) => String(one['message']));
  const sumOf = (run_id: string): number => Number(/^sum (\d+)$/.exec(linesOf(run_id).at(-1) ?? '')?.[1]);
  const isWhole = (run_id: string): boolean =>
    linesOf(run_id).length === sumOf(run_id) + 1 && of(run_id, 'run_event').some(({ event }) => event === 'ended');
  await until(() => ids.every(isWhole), { timeoutMs: 30_000, everyMs: 500, what: 'all lines and ends' }).catch(
    (error: unknown) => {
      const what = ids.map(
        (id) =>
          `${id}: ${linesOf(id).length} of ${sumOf(id)}+1, last ${linesOf(id).at(-1)}, ${of(id, 'run_event').length} events`,
      );
      throw new Error(what.join('; '), { cause: error });
    },
  );
  for (const run_id of ids) {
    const sum = sumOf(run_id);
    expect(linesOf(run_id)).toEqual([...Array.from({ length: sum }, (_none, at) => `line ${at + 1}`), `sum ${sum}`]);
    const calls = ids.indexOf(run_id) < 3 ? sum : 0;
    await until(() => of(run_id, 'llm_call').length === calls, { what: `the calls of ${run_id}` });
  }
  expect(readFileSync(join(t.folder, 'keeper.log'), 'utf8')).not.toContain('unexpected');
}, 150_000);
