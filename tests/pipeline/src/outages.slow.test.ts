import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestKeeper } from '@telltale/agent-runner/test-support/test-keeper';
import { createDatabase } from '@telltale/store/database';
import { startProvider } from '@telltale/testkit/fake-provider';
import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProduct } from './start-product.ts';

/** Lines that each run prints during an outage, one each 300 ms: a minute. */
const linesOfOutage = 200;
const printer = 'i=0; while [ ! -e stop ]; do i=$((i+1)); echo "line $i"; sleep 0.3; done; echo "sum $i"';
const caller = `
const { existsSync } = require('node:fs');
let calls = 0;
(async () => {
  while (!existsSync('stop')) {
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 9, messages: [] });
    const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body });
    if (answer.status !== 200) throw new Error('a call was answered ' + answer.status);
    await answer.text();
    calls += 1;
    console.log('line ' + calls);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  console.log('sum ' + calls);
})();`;

test('a minute without PostgreSQL, without Redis, without gateway: no run changes, and everything arrives after', async () => {
  await using postgres = await startPrivatePostgres();
  await using redis = await startPrivateRedis();
  await using product = await startProduct({ databaseUrl: postgres.url, redisUrl: redis.url });
  await using t = await startTestKeeper(product.url, product.key);
  let answers = 0;
  await using provider = await startProvider((_request, response) => {
    answers += 1;
    const usage = { input_tokens: 3, output_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ id: `msg_${answers}`, type: 'message', model: 'claude-sonnet-4-5', content: [], usage }),
    );
  });
  const runs = Array.from({ length: 6 }, (_none, at) => ({ id: `run-${at}`, out: join(t.dataDir, `out-${at}`), at }));
  for (const { id, out, at } of runs)
    await t.keeper.startRun({
      run_id: id,
      team_id: 'default',
      argv: at < 2 ? [process.execPath, '-e', caller] : ['sh', '-c', printer],
      cwd: t.dataDir,
      env: { PATH: process.env['PATH'] ?? '', ANTHROPIC_BASE_URL: provider.url },
      identity: { agent_id: `agent-${at}` },
      stdout_file: out,
      ...(at < 2 ? { proxy: 'on' as const } : {}),
    });
  const linesIn = (out: string): number => (existsSync(out) ? readFileSync(out, 'utf8').split('\n').length - 1 : 0);
  const progress = (what: string): Promise<unknown> => {
    const goals = runs.map(({ out }) => linesIn(out) + linesOfOutage);
    const done = () => runs.every(({ out }, at) => linesIn(out) >= (goals[at] ?? 0));
    return until(done, { timeoutMs: 240_000, everyMs: 500, what: `runs that go on ${what}` });
  };
  const living = async () =>
    (await t.keeper.listRuns())
      .filter(({ status }) => status === 'running')
      .map(({ run_id, pid }) => `${run_id} ${pid}`);
  const atFirst = await living();
  expect(atFirst).toHaveLength(6);

  await postgres.stopImmediately();
  await progress('without PostgreSQL');
  await postgres.restart();
  redis.kill();
  await progress('without Redis');
  await redis.restart();
  const gateway = product.service('gateway').child;
  const gone = new Promise((done) => gateway.once('exit', done));
  gateway.kill('SIGKILL');
  await gone;
  await progress('without gateway');
  await product.restart('gateway');
  expect(await living()).toEqual(atFirst);

  writeFileSync(join(t.dataDir, 'stop'), '');
  const ends = await Promise.all(runs.map(({ id }) => t.keeper.waitRun(id)));
  expect(ends.map(({ end_reason, exit_code }) => `${end_reason} ${exit_code}`)).toEqual(runs.map(() => 'completed 0'));
  await using db = createDatabase({ url: postgres.url, max: 1, applicationName: 'outages' });
  const stored = async (sql: string): Promise<Record<string, number>> => {
    const { rows } = await db.pool.query<{ run_id: string; count: string }>(sql);
    return Object.fromEntries(rows.map(({ run_id, count }) => [run_id, Number(count)]));
  };
  const linesOf = Object.fromEntries(runs.map(({ id, out }) => [id, linesIn(out)]));
  const lines = () => stored(`select run_id, count(*) from log_line group by run_id order by run_id`);
  const patience = { timeoutMs: 120_000, everyMs: 500 };
  await until(async () => JSON.stringify(await lines()) === JSON.stringify(linesOf), {
    ...patience,
    what: 'every line, once',
  }).catch(async (error: unknown) => {
    const books = JSON.stringify(await product.get('/monitoring/delivery'));
    throw new Error(`${JSON.stringify(await lines())} of ${JSON.stringify(linesOf)}; ${books}`, { cause: error });
  });
  const distinct = () => stored(`select run_id, count(distinct id) from log_line group by run_id order by run_id`);
  expect(await distinct()).toEqual(linesOf);
  const calls = () => stored(`select run_id, count(distinct message_id) from llm_call group by run_id order by run_id`);
  const callsOf = { 'run-0': (linesOf['run-0'] ?? 0) - 1, 'run-1': (linesOf['run-1'] ?? 0) - 1 };
  await until(async () => JSON.stringify(await calls()) === JSON.stringify(callsOf), {
    ...patience,
    what: 'every call',
  });
  expect(callsOf['run-0'] + callsOf['run-1']).toBe(answers);
}, 900_000);
