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
  // Ends and lines travel in batches of their own.
  const isLast = ({ event, message }: Record<string, unknown>): boolean =>
    event === 'ended' || /^sum \d+$/.test(String(message));
  await until(() => records().filter(isLast).length === 40, { what: 'the last records' });
  for (const run_id of ids) {
    const own = records().filter((one) => one['run_id'] === run_id);
    const lines = own.filter(({ kind }) => kind === 'log_entry').map((one) => String(one['message']));
    const sum = Number(/^sum (\d+)$/.exec(lines.at(-1) ?? '')?.[1]);
    expect(lines).toEqual([...Array.from({ length: sum }, (_none, at) => `line ${at + 1}`), `sum ${sum}`]);
    const calls = own.filter(({ kind }) => kind === 'llm_call').length;
    expect([run_id, calls]).toEqual([run_id, run_id < 'run-3' && run_id.length === 5 ? sum : 0]);
  }
  expect(readFileSync(join(t.folder, 'keeper.log'), 'utf8')).not.toContain('unexpected');
}, 60_000);
