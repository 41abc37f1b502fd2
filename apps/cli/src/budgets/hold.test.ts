import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStreamBudgetPort } from '@telltale/agent-runner/budgets/stream-budget-port';
import { node, ofKind, plainEnvironment, watchCommand } from '@telltale/agent-runner/test-support/watch-command';
import { seed } from '@telltale/gateway/test-support/seed';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { systemClock } from '@telltale/runtime/clock';
import { connectWriter, disconnect, type StreamConnection } from '@telltale/stream/connect';
import { startFaultProxy } from '@telltale/testkit/fault-proxy';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayPort, startLedger, startRun } from './hold.fixture.ts';

let t: TestGateway;
let redis: StreamConnection;
beforeAll(async () => {
  t = await createTestGateway();
  redis = await connectWriter({ url: t.redisUrl, name: 'test' });
});
afterAll(async () => {
  disconnect(redis);
  await t[Symbol.asyncDispose]();
});

let teams = 0;
async function aTeam(...budgets: object[]) {
  const team = `hold-${++teams}`;
  const key = await t.as(team, 'admin', 'read', 'runner', 'ingest');
  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) =>
    (await t.gateway.http.inject({ method, url: `/api/v1${path}`, headers: key, ...(payload && { payload }) })).json();
  for (const budget of budgets) await ask('POST', '/budgets', budget);
  const status = async () => (await ask('GET', '/budgets/status')).accounts;
  return { team, key, ask, status };
}
/** Both ways by which a runner reaches the budgets. */
const ports = {
  gateway: ({ key }: { key: { authorization: string } }) => gatewayPort(t.gateway.url, key),
  redis: ({ team }: { team: string }) => createStreamBudgetPort({ redis, teamId: team, clock: systemClock }),
};

describe.each(Object.entries(ports))('by way of the %s', (_, portOf) => {
  test('200 parallel calls of two runs never cost more than the budget of their team', async () => {
    const limit = 0.25;
    const it = await aTeam({ subject: 'team', period: 'day', limit_usd: limit });
    await using provider = await startLedger();
    await using one = await startRun({ port: portOf(it), upstream: provider.url });
    await using two = await startRun({ port: portOf(it), upstream: provider.url });
    const runs = [one, two];
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => runs[at % 2]?.call({ max_tokens: 300, bytes: 600 })),
    );
    const spent = provider.nanoUsd() / 1e9;
    const answered = answers.filter((answer) => answer?.status === 200).length;
    expect(answers.every((answer) => answer?.status === 200 || answer?.status === 402)).toBe(true);
    expect(answered).toBe(provider.ledger.calls);
    expect(spent).toBeLessThanOrEqual(limit);
    // It is used, too: what is left does not hold two more calls at their dearest.
    expect(spent).toBeGreaterThan(limit - 0.02);
    expect(one.ends.concat(two.ends)).not.toHaveLength(0);
    // What was settled is spent at once, and still when it is stored: nothing is counted twice or forgotten.
    await until(async () => Math.abs((await it.status())[0].spent - spent) < 1e-6);
    await seed(
      t.databaseUrl,
      it.team,
      runs.flatMap((run) => run.calls()),
      new Map([['claude-sonnet-4-5', (spent / answered).toFixed(12)]]),
    );
    await until(async () => Math.abs((await it.status())[0].spent - spent) < 1e-6);
  });
});

const one = { subject: 'team', period: 'total' } as const;

describe('a call that does not fit', () => {
  test('is refused in the words of its provider, is not to be tried again, and ends the run by the ladder', async () => {
    const it = await aTeam({ ...one, limit_tokens: 5_000, name: 'sprint' });
    await using provider = await startLedger({ random: () => 1 });
    await using run = await startRun({ port: ports.gateway(it), upstream: provider.url });
    expect(run.gateMatters).toBe(true);
    while ((await run.call({ max_tokens: 900 })).status === 200);
    const refused = await run.call({ max_tokens: 900 });
    expect(refused).toMatchObject({ status: 402, retry: 'false' });
    expect(JSON.parse(refused.body)).toMatchObject({
      type: 'error',
      error: { type: 'budget_exceeded', message: expect.stringContaining('"sprint" of the team is spent') },
    });
    expect(run.ends).toMatchObject([{ limit: 'usd', cap: 5_000 }]);
    const limits = run.events.filter((event) => event.kind === 'run_event' && event.event === 'limit');
    expect(limits).toMatchObject([
      { limit: 'budget', step: 'warn', cap: 5_000, evidence: { budget: 'sprint', subject: 'team' } },
      { limit: 'budget', reason: 'budget', cap: 5_000 },
    ]);
    expect(refused.notice).toMatch(/^budget;used=\d+%$/);
  });

  test('waits for the calls that are open, whose real use makes room', async () => {
    const it = await aTeam({ ...one, limit_tokens: 2_500 });
    const open = Promise.withResolvers<void>();
    await using provider = await startLedger({ random: () => 0, hold: () => open.promise });
    await using run = await startRun({ port: ports.gateway(it), upstream: provider.url });
    const calls = [run.call({ max_tokens: 1_500 }), run.call({ max_tokens: 1_500 })];
    await until(() => provider.asked() === 1);
    open.resolve();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200]);
  });

  test('is only said where the budget is soft', async () => {
    const it = await aTeam({ ...one, limit_tokens: 1_000, kind: 'soft' });
    await using provider = await startLedger({ random: () => 1 });
    await using run = await startRun({ port: ports.gateway(it), upstream: provider.url });
    expect(run.gateMatters).toBe(false);
    for (let call = 0; call < 3; call += 1) expect((await run.call({ max_tokens: 400 })).status).toBe(200);
    await until(() => run.events.some((event) => event.kind === 'run_event' && event.step === 'warn'));
    expect(run.ends).toEqual([]);
  });

  test('without a bound of its own is reserved by what calls of this agent were like, and overshoots by no more', async () => {
    const limit = 20_000;
    const it = await aTeam({ ...one, limit_tokens: limit });
    await using provider = await startLedger({ random: () => 1 });
    await using run = await startRun({ port: ports.gateway(it), upstream: provider.url });
    while ((await run.call({})).status === 200);
    const spent = provider.ledger.input + provider.ledger.output;
    const beyond = Math.max(0, spent - limit);
    process.stdout.write(`calls without max_tokens: ${spent} of ${limit} tokens, ${beyond} beyond\n`);
    expect(beyond).toBeLessThanOrEqual(400);
  });
});

test('a run under a hard budget goes through the proxy untold, and ends by the ladder with its reason', async () => {
  const it = await aTeam({ subject: 'agent', subject_id: 'builder', period: 'run', limit_tokens: 4_000 });
  await using provider = await startLedger({ random: () => 1 });
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 900, messages: [] });
  const program = node(`
    process.on('SIGTERM', () => undefined);
    setInterval(() => undefined, 1000);
    for (let status = 200; status === 200;) {
      const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body: ${JSON.stringify(body)} });
      await answer.text();
      status = answer.status;
    }
    console.log('refused');
  `);
  const watched = await watchCommand(program, {
    env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
    terms: { port: ports.gateway(it) },
    handBackMs: 300,
    // Within it the program reads its refusal and says so.
    graceMs: 2_000,
  });
  expect(watched.stdout.toString()).toBe('refused\n');
  expect(watched.result).toMatchObject({ endReason: 'budget', exitCode: 124, survivors: 0 });
  const ladder = ofKind(watched.records, 'run_event').map(({ event, limit, step, reason }) =>
    [event, limit, step, reason].filter((word) => word !== undefined).join(' '),
  );
  expect(ladder.filter((step) => !step.includes('tell'))).toEqual([
    'started',
    'limit budget warn',
    'limit budget budget',
    'step budget term budget',
    'step budget kill budget',
    'ended budget',
  ]);
});

test('an agent under a hard budget hands back in one last call, which is within the budget', async () => {
  const it = await aTeam({ subject: 'agent', subject_id: 'builder', period: 'run', limit_tokens: 4_000 });
  await using provider = await startLedger({ random: () => 1 });
  const program = node(`
    const ask = async (headers) => {
      const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 400, messages: [] });
      const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body, headers });
      await answer.text();
      return [answer.status, answer.headers.get('telltale-hand-back')];
    };
    let word = null;
    while (word === null) [, word] = await ask({ 'telltale-hand-back': 'yes' });
    console.log((await ask({ 'telltale-hand-back': word }))[0], (await ask({ 'telltale-hand-back': word }))[0]);
  `);
  const watched = await watchCommand(program, {
    env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
    terms: { port: ports.gateway(it) },
  });
  expect(watched.stdout.toString()).toBe('200 402\n');
  expect(watched.result).toMatchObject({ endReason: 'budget', exitCode: 124, signal: null });
  expect(provider.ledger.input + provider.ledger.output).toBeLessThanOrEqual(4_000);
  const [step] = ofKind(watched.records, 'run_event').filter(({ step: is }) => is === 'hand_back');
  expect(step).toMatchObject({ limit: 'budget', reason: 'budget', evidence: { subject: 'agent' } });
});

test.each([
  ['its team', [{ limits: { max_tokens: 1_000 } }]],
  [
    'its agent, before those of the team',
    [{ limits: { max_tokens: 1_000_000 } }, { agent_id: 'builder', limits: { max_tokens: 1_000 } }],
  ],
])('a run that says no limit itself is held to those of %s', async (_whose, limits) => {
  const it = await aTeam();
  for (const set of limits) await it.ask('PUT', '/limits', set);
  await using provider = await startLedger({ random: () => 1 });
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 400, messages: [] });
  const program = node(`
    const ask = () => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body: ${JSON.stringify(body)} });
    while ((await ask()).status === 200);
  `);
  const { result, records } = await watchCommand(program, {
    env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
    terms: { port: ports.gateway(it) },
  });
  expect(result).toMatchObject({ endReason: 'tokens', exitCode: 124 });
  expect(ofKind(records, 'run_event')[0]?.evidence).toEqual({ limits: { tokens: 1_000 } });
});

describe('a call without a known price', () => {
  const unknown = { model: 'nobody-sells-this', max_tokens: 100 };
  test.each([
    ['allow', 200, 0],
    ['warn', 200, 1],
    ['block', 402, 0],
  ] as const)('%s', async (on_unknown, status, warnings) => {
    const it = await aTeam({ ...one, limit_usd: 0.000001, on_unknown });
    await using provider = await startLedger();
    await using run = await startRun({ port: ports.gateway(it), upstream: provider.url });
    for (let call = 0; call < 2; call += 1) expect((await run.call(unknown)).status).toBe(status);
    expect(run.events.filter(({ kind }) => kind === 'log_entry')).toHaveLength(warnings);
    // It neither counts as 0 nor ends the run by a guess.
    expect(run.ends).toEqual([]);
  });
});

describe('while the gateway is away', () => {
  test.each([
    ['allow', 200],
    ['block', 402],
  ] as const)('the slice is spent, and then: %s', async (on_unreachable, status) => {
    const it = await aTeam({ ...one, limit_tokens: 1_000_000, on_unreachable });
    const { hostname: host, port } = new URL(t.gateway.url);
    await using between = await startFaultProxy({ target: { host, port: Number(port) } });
    await using provider = await startLedger({ random: () => 1 });
    const url = between.through(t.gateway.url);
    await using run = await startRun({ port: gatewayPort(url, it.key), upstream: provider.url });
    expect((await run.call({ max_tokens: 400 })).status).toBe(200);
    between.goAway();
    const answers = [];
    for (let call = 0; call < 14; call += 1) answers.push((await run.call({ max_tokens: 400 })).status);
    expect(answers.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.at(-1)).toBe(status);
    expect(run.ends).toEqual([]);
    between.comeBack();
    await until(async () => (await run.call({ max_tokens: 400 })).status === 200);
    // What was spent meanwhile is told afterwards.
    const spent = () => provider.ledger.input + provider.ledger.output;
    await until(async () => (await it.status())[0].spent === spent());
  });

  test('a run that starts then is held to what was heard last', async () => {
    const it = await aTeam({ ...one, limit_tokens: 1_000, on_unreachable: 'block' });
    const folder = mkdtempSync(join(tmpdir(), 'terms-'));
    const { hostname: host, port } = new URL(t.gateway.url);
    await using between = await startFaultProxy({ target: { host, port: Number(port) } });
    await using provider = await startLedger();
    const url = between.through(t.gateway.url);
    const start = () => startRun({ port: gatewayPort(url, it.key), upstream: provider.url, folder });
    await (await start())[Symbol.asyncDispose]();
    between.goAway();
    await using run = await start();
    expect((await run.call({ max_tokens: 10 })).status).toBe(402);
    rmSync(folder, { recursive: true });
  });
});

test('after a wipe of Redis hard budgets wait until live runs have said again what they hold', async () => {
  await using server = await startPrivateRedis();
  await using own = await createTestGateway({ redis: server });
  const key = await own.as('wiped', 'admin', 'read', 'runner');
  const ask = async (method: 'GET' | 'POST', path: string, payload?: object) =>
    (
      await own.gateway.http.inject({ method, url: `/api/v1${path}`, headers: key, ...(payload && { payload }) })
    ).json();
  const { budget_id: id } = await ask('POST', '/budgets', { ...one, limit_tokens: 100_000 });
  await using provider = await startLedger({ random: () => 1 });
  await using run = await startRun({ port: gatewayPort(own.gateway.url, key), upstream: provider.url });
  for (let call = 0; call < 5; call += 1) await run.call({ max_tokens: 1_000 });
  const spent = async () => (await ask('GET', '/budgets/status')).accounts[0]?.spent;
  const before = provider.ledger.input + provider.ledger.output;
  await until(async () => (await spent()) === before);
  const wiped = await connectWriter({ url: server.url, name: 'test' });
  await wiped.flushall();
  disconnect(wiped);
  const account = `${id}:0:`;
  const word = { holder: crypto.randomUUID(), n: 1, run_id: 'other', slices: [], settled: [] };
  const answer = await ask('POST', '/runners/budgets', { ...word, wants: [{ account, amount: 10, extra: 0 }] });
  expect(answer.outcome).toBe('refused');
  expect(answer.gathering_ms).toBeGreaterThan(10_000);
  await until(async () => (await spent()) === before);
});
