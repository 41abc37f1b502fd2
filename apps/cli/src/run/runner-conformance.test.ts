import { spawn } from 'node:child_process';
import { readAttachTarget } from '@telltale/agent-runner/run/attach-target';
import { watchAttached } from '@telltale/agent-runner/run/watch-attached';
import { createSampler } from '@telltale/agent-runner/tree/create-sampler';
import { bash, node, plainEnvironment, quietLog } from '@telltale/agent-runner/test-support/watch-command';
import { followCommands } from '@telltale/agent-runner/control/follow-commands';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { storeOnly } from '@telltale/gateway/test-support/seed';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { systemClock } from '@telltale/runtime/clock';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { connectWriter, disconnect, type StreamConnection } from '@telltale/stream/connect';
import { startProvider } from '@telltale/testkit/fake-provider';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRunner, type Way } from './runner-rig.fixture.ts';

/**
 * What a runner does, by both ways on which it may report: beside Redis, and elsewhere through the gateway. Batches
 * (`transport-conformance`) and leases of tasks (`task-source-conformance`) have suites of their own for both.
 */
let t: TestGateway;
let redis: StreamConnection;
beforeAll(async () => {
  t = await createTestGateway();
  redis = await connectWriter({ url: t.redisUrl, name: 'test' });
}, 60_000);
afterAll(async () => {
  disconnect(redis);
  await t[Symbol.asyncDispose]();
});

const patience = { timeoutMs: 30_000, everyMs: 100 };
const anAnswer = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  model: 'claude-sonnet-4-5',
  content: [],
  usage: { input_tokens: 20, output_tokens: 50 },
});
const provide = () =>
  startProvider((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(anAnswer);
  });
const ask = `
  const ask = async () => {
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 50, messages: [] });
    const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body });
    return { status: answer.status, retry: answer.headers.get('x-should-retry'), text: await answer.text() };
  };`;
/** The words of a run's events. */
const story = (records: readonly TelemetryRecord[]): string[] =>
  records.flatMap((record) =>
    record.kind === 'run_event'
      ? [[record.event, record.limit, record.step, record.reason].filter((word) => word !== undefined).join(' ')]
      : [],
  );

describe.each<Way>(['gateway', 'redis'])('a runner that reports by way of the %s', (way) => {
  const open = (name: string) => openRunner({ t, redis, team: `${way}-${name}`, way });
  const untilEnded = (runner: Awaited<ReturnType<typeof open>>, runId: string) =>
    until(async () => {
      const records = await runner.arrived(runId);
      return records.some((record) => record.kind === 'run_event' && record.event === 'ended') ? records : null;
    }, patience);

  test('tells of start, samples, lines, git, calls of the proxy and the end', async () => {
    await using runner = await open('tells');
    await using provider = await provide();
    const script = `git init -q -b main && echo a > a && git add a && git commit -qm 'first' && git push nowhere 2> /dev/null || true
      printf 'a line\\nébène \\xff\\n' && head -c 100000 /dev/zero | tr '\\0' y && echo
      ${process.execPath} -e '${ask.replaceAll("'", '"')} ask().then(({ status }) => console.error("got " + status))'
      sleep 0.5; exit 3`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const { runId, ended } = runner.run(bash(script), { env, proxy: 'on' });
    expect(await ended).toMatchObject({ exitCode: 3, endReason: 'failed', lines: 4 });
    const records = await untilEnded(runner, runId);
    expect(story(records)).toEqual(['started', 'ended failed']);
    const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
    expect(ofKind('process_sample')).not.toEqual([]);
    expect(ofKind('process_sample')[0]).toMatchObject({ agent_id: 'builder', memory_bytes: expect.any(Number) });
    await until(
      async () => (await runner.arrived(runId)).filter(({ kind }) => kind === 'log_entry').length >= 4,
      patience,
    );
    const lines = (await runner.arrived(runId)).filter((record) => record.kind === 'log_entry');
    expect(lines.map(({ message, attributes }) => [message.length, attributes])).toEqual(
      expect.arrayContaining([
        [6, undefined],
        [7, undefined],
        [65_536, { dropped_bytes: 100_000 - 65_536 }],
      ]),
    );
    expect(ofKind('git_activity')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ operation: 'commit', success: true, message: 'first', files_changed: 1 }),
        expect.objectContaining({ operation: 'push', success: false }),
      ]),
    );
    expect(ofKind('llm_call')).toMatchObject([
      { origin: 'proxy', message_id: 'msg_1', input_tokens: 20, output_tokens: 50 },
    ]);
  });

  test('holds a run to its limits, by the ladder', async () => {
    await using runner = await open('limits');
    const deaf = bash('trap "" TERM; while :; do printf %1000s; sleep 0.02; done');
    const { runId, ended } = runner.run(deaf, { limits: { output: 50_000 } });
    expect(await ended).toMatchObject({ endReason: 'output', exitCode: 124, survivors: 0 });
    expect(story(await untilEnded(runner, runId))).toEqual([
      'started',
      'limit output warn',
      'limit output output',
      'step output term output',
      'step output kill output',
      'ended output',
    ]);
  });

  test('holds its calls to the budgets of who makes them, and refuses them in the words of the provider', async () => {
    await using runner = await open('budgets');
    await using provider = await provide();
    const api = createTelltaleApi(createRestClient({ url: runner.url, key: runner.key }));
    await api.setBudget({ subject: 'agent', subject_id: 'tester', period: 'total', limit_tokens: 400 });
    const script = `${ask.replace("method: 'POST'", "method: 'POST', headers: agent ? { 'telltale-agent': agent } : {}").replace('async ()', 'async (agent)')}
      (async () => {
        for (;;) {
          const { status, retry, text } = await ask('tester');
          if (status === 200) continue;
          console.log([status, retry, JSON.parse(text).error.type].join(' '));
          break;
        }
        console.log('the other: ' + (await ask()).status);
      })();`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const { runId, ended } = runner.run(node(script), { env, agentIds: ['tester'] });
    expect(await ended).toMatchObject({ exitCode: 0, endReason: 'completed' });
    const records = await untilEnded(runner, runId);
    expect(story(records)).toEqual(
      expect.arrayContaining(['limit budget warn', 'limit budget budget', 'ended completed']),
    );
    await until(
      async () => (await runner.arrived(runId)).filter(({ kind }) => kind === 'log_entry').length === 2,
      patience,
    );
    const lines = (await runner.arrived(runId)).flatMap((one) => (one.kind === 'log_entry' ? [one.message] : []));
    expect(lines).toEqual(['402 false budget_exceeded', 'the other: 200']);
    const calls = records.filter((record) => record.kind === 'llm_call');
    expect(calls.at(-1)).toMatchObject({ agent_id: 'builder', status: 'ok' });
    expect(calls.slice(0, -1).every(({ agent_id }) => agent_id === 'tester')).toBe(true);
    const spent = async () => (await api.budgetStatus({ agent_id: 'tester' })).accounts[0]?.spent;
    const used = calls.filter(({ agent_id, status }) => agent_id === 'tester' && status === 'ok').length * 70;
    await until(async () => (await spent()) === used, patience);
    expect(used).toBeLessThanOrEqual(400);
  });

  test('pauses, resumes and stops what it is asked to, and says who asked', async () => {
    await using runner = await open('commands');
    const { url, key, running } = runner;
    const { runId, ended } = runner.run(['sleep', '600']);
    await using _link = followCommands({ url, key, team: undefined, runs: running, clock: systemClock, log: quietLog });
    const started = { run_id: runId, agent_id: 'builder', event: 'started' } as const;
    await storeOnly(t.databaseUrl, `${way}-commands`, [
      aRecord('run_event', { ...started, at: new Date().toISOString() }),
    ]);
    await until(() => running.has(runId), patience);
    const api = createTelltaleApi(createRestClient({ url, key }));
    for (const [action, word] of [
      ['pause', 'paused'],
      ['resume', 'resumed'],
      ['stop', 'ended cancelled'],
    ] as const) {
      await api.commandRun(runId, action);
      await until(async () => story(await runner.arrived(runId)).includes(word), patience);
    }
    expect(await ended).toMatchObject({ endReason: 'cancelled', survivors: 0 });
    const records = await runner.arrived(runId);
    expect(records.flatMap((one) => (one.kind === 'run_event' && one.event === 'paused' ? [one.actor] : []))).toEqual([
      expect.stringMatching(/\w/),
    ]);
  });

  test('watches a process that somebody else started', async () => {
    await using runner = await open('attach');
    await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 250 });
    const foreign = spawn('sleep', ['600'], { stdio: 'ignore' });
    const target = readAttachTarget(foreign.pid ?? 0);
    if ('refused' in target) throw new Error(target.refused);
    const runId = runner.newId();
    const ended = watchAttached({
      target,
      identity: { agent_id: 'stranger', run_id: runId },
      limits: {},
      enforce: false,
      sampler,
      emit: (record) => void runner.recorder.record(record),
      onRunning: () => undefined,
      detached: new AbortController().signal,
      clock: systemClock,
      log: quietLog,
    });
    await until(async () => (await runner.arrived(runId)).some(({ kind }) => kind === 'process_sample'), patience);
    foreign.kill();
    expect(await ended).toMatchObject({ endReason: 'unknown', detached: false });
    expect(story(await untilEnded(runner, runId))).toEqual(['attached', 'ended unknown']);
  });
});
