import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Clock } from '@telltale/runtime/clock';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArtifactStoreClient } from './artifact-store-client.ts';
import { LLMClient } from './llm-client.ts';
import { RepoPoolClient } from './repo-pool-client.ts';
import { RunnerError } from './runner-error.ts';
import type { HealthResult } from './service-caller.ts';
import { TaskRegistryClient } from './task-registry-client.ts';
import { startScriptedServer, type ScriptedServer } from './test-support/scripted-server.ts';

type Deps = {
  baseUrl: string;
  timeoutSeconds?: number;
  tracker: ServiceCallTracker;
  clock: Clock;
  random: () => number;
};
type Client = AsyncDisposable & { healthCheck(): Promise<HealthResult> };
type Case = {
  name: string;
  service: string;
  operation: string;
  open(deps: Deps): { client: Client; call(): Promise<unknown> };
  answer: unknown;
};

const at = '2026-01-01T00:00:00.000Z';
const absent = ['crew_id', 'agent_id', 'session_id', 'inputs', 'repo_url', 'limits', 'runner_id', 'host', 'run_id'];
const untold = ['started_at', 'ended_at', 'next_attempt_at', 'cancel_requested_at', 'output', 'error_message'];
const task = {
  ...Object.fromEntries([...absent, ...untold].map((name) => [name, null])),
  task_id: 't',
  status: 'RUNNING',
  attempt: 1,
  max_attempts: 1,
  priority: 0,
  created_at: at,
};
const id = '00000000-0000-4000-8000-000000000001';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const generated = { files: [{ path: 'src/a.ts', content: 'x' }], explanation: 'done' };
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(generated) } }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

const cases: Case[] = [
  {
    name: 'LLMClient',
    service: 'llm',
    operation: 'generateCode',
    open({ baseUrl, ...deps }) {
      const client = new LLMClient({ model: 'gpt-5', apiKey: 'k', baseUrl: `${baseUrl}/v1`, ...deps });
      return { client, call: () => client.generateCode('write it', tmpdir()) };
    },
    answer: completion,
  },
  {
    name: 'TaskRegistryClient',
    service: 'task-registry',
    operation: 'updateTaskStatus',
    open(deps) {
      const client = new TaskRegistryClient({ apiKey: 'k', ...deps });
      return { client, call: () => client.updateTaskStatus('t', 'RUNNING', { by: 'test' }) };
    },
    answer: task,
  },
  {
    name: 'RepoPoolClient',
    service: 'repo-pool',
    operation: 'getSlotStatus',
    open(deps) {
      const client = new RepoPoolClient({ apiKey: 'k', ...deps });
      return { client, call: () => client.getSlotStatus('s') };
    },
    answer: { slot_id: 's', state: 'free', required_by: null, since: at },
  },
  {
    name: 'ArtifactStoreClient',
    service: 'artifact-store',
    operation: 'upload',
    open(deps) {
      const client = new ArtifactStoreClient({ apiKey: 'k', ...deps });
      return { client, call: () => client.uploadText('log', 'hello', { lines: 1 }) };
    },
    answer: { artifact_id: id, uri: `artifact:${id}`, size_bytes: 5, sha256: sha256('hello') },
  },
];

let server: ScriptedServer;
let waits: number[];
let records: RecordDraft[];
beforeEach(async () => {
  server = await startScriptedServer();
  [waits, records] = [[], []];
});
afterEach(() => server[Symbol.asyncDispose]());

/** Time passes by itself, waits are noted and take none. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms) {
    waits.push(Math.round(ms));
  },
};
const depsOf = (timeoutSeconds?: number): Deps => ({
  baseUrl: server.url,
  tracker: new ServiceCallTracker({ sink: { record: (draft) => String(records.push(draft)) }, clock }),
  clock,
  random: () => 1,
  ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
});
const failureOf = async (work: Promise<unknown>): Promise<RunnerError> => {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (failure: unknown) => failure,
  );
  if (!(error instanceof RunnerError)) throw error;
  return error;
};

describe.each(cases)('$name', ({ service, operation, open, answer }) => {
  test.each([
    [429, 'RATE_LIMITED'],
    [500, 'SERVER_ERROR'],
    [502, 'SERVER_ERROR'],
    [503, 'SERVER_ERROR'],
    [504, 'SERVER_ERROR'],
  ])('%i is tried again three times, each wait twice the one before', async (status, code) => {
    const { client, call } = open(depsOf());
    await using _client = client;
    server.script({ status, json: {} }, { status, json: {} }, { status: 200, json: answer });
    await call();
    expect(server.requests.length).toBe(3);
    expect(waits).toEqual([250, 500]);
    server.script({ status, json: {} });
    const error = await failureOf(call());
    expect(server.requests.length).toBe(7);
    expect(waits).toEqual([250, 500, 250, 500, 1_000]);
    expect(error).toMatchObject({ code, service, operation, status, attempts: 4, retryable: true });
    expect(records.map((record) => [record.kind, Reflect.get(record, 'success')])).toEqual([
      ['service_call', true],
      ['service_call', false],
    ]);
    expect(records[1]).toMatchObject({ service_name: service, operation, error_message: error.message });
  });

  test.each([400, 401, 403, 404, 409, 413, 422, 501])('%i is not tried again', async (status) => {
    const { client, call } = open(depsOf());
    await using _client = client;
    server.script({ status, json: {} });
    const error = await failureOf(call());
    const code = status === 501 ? 'SERVER_ERROR' : 'REFUSED';
    expect(error).toMatchObject({ code, service, operation, status, attempts: 1, retryable: false });
    expect([server.requests.length, waits.length]).toEqual([1, 0]);
  });

  test('nobody answers: TIMEOUT, after four tries', async () => {
    const { client, call } = open(depsOf(0.1));
    await using _client = client;
    server.script('hang');
    const error = await failureOf(call());
    expect(error).toMatchObject({ code: 'TIMEOUT', attempts: 4, retryable: true, status: undefined });
    // On a busy machine the time may be over before a try has reached the server.
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  test('a body that does not end: TIMEOUT, and the next try is whole', async () => {
    const { client, call } = open(depsOf(0.2));
    await using _client = client;
    server.script({ stall: '{"id":' });
    expect(await failureOf(call())).toMatchObject({ code: 'TIMEOUT', attempts: 4 });
    server.script({ stall: '{"id":' }, { status: 200, json: answer });
    await call();
  });

  test('a connection that is reset, or cut in the body: CONNECTION, and the next try is whole', async () => {
    const { client, call } = open(depsOf());
    await using _client = client;
    server.script('reset');
    expect(await failureOf(call())).toMatchObject({ code: 'CONNECTION', attempts: 4, retryable: true });
    expect(server.requests.length).toBe(4);
    server.script('reset', { cut: '{"id":' }, { status: 200, json: answer });
    await call();
    expect(server.requests.length).toBe(7);
  });

  test('nobody is there: CONNECTION', async () => {
    const { client, call } = open({ ...depsOf(), baseUrl: 'http://127.0.0.1:9' });
    await using _client = client;
    expect(await failureOf(call())).toMatchObject({ code: 'CONNECTION', attempts: 4, retryable: true });
  });

  test.each(['{"id": ', 'not json', '', '[]', '{}', 'null'])(
    'an answer %j is INVALID_RESPONSE, and not asked for again',
    async (text) => {
      const { client, call } = open(depsOf());
      await using _client = client;
      server.script({ status: 200, text });
      expect(await failureOf(call())).toMatchObject({ code: 'INVALID_RESPONSE', attempts: 1, retryable: false });
      expect(server.requests.length).toBe(1);
    },
  );

  test('Retry-After is waited for up to a minute; who asks for more is not asked again', async () => {
    const { client, call } = open(depsOf());
    await using _client = client;
    const later = (seconds: string) => ({ status: 429, json: {}, headers: { 'retry-after': seconds } });
    server.script(later('7'), { status: 200, json: answer });
    await call();
    expect(waits).toEqual([7_000]);
    server.script(later('61'), { status: 200, json: answer });
    expect(await failureOf(call())).toMatchObject({ code: 'RATE_LIMITED', attempts: 1, retryAfterMs: 61_000 });
  });

  test('twenty calls keep their connection; a second one is opened while the first rests between two', async () => {
    const { client, call } = open(depsOf());
    await using _client = client;
    server.script({ status: 200, json: answer });
    for (let n = 0; n < 20; n += 1) await call();
    expect(server.requests.length).toBe(20);
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(records.length).toBe(20);
  });

  test('healthCheck says how it is, never throws and is no call of the run', async () => {
    const { client } = open(depsOf(5));
    await using _client = client;
    server.script({ status: 200, json: { data: [], object: 'list' } });
    expect(await client.healthCheck()).toEqual({ ok: true, latency_ms: expect.any(Number) });
    for (const one of [{ status: 503, json: {} }, 'reset'] as const) {
      server.script(one);
      expect(await client.healthCheck()).toMatchObject({ ok: false, detail: expect.any(String) });
    }
    expect(records).toEqual([]);
  });
});

test('the key travels in the header, and what may be anything in a path is encoded', async () => {
  await using client = new TaskRegistryClient({ ...depsOf(), apiKey: 'secret', team: 'red' });
  server.script({ status: 200, json: task });
  await client.getTask('a/b?c=../d');
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    url: '/api/v1/tasks/a%2Fb%3Fc%3D..%2Fd?team_id=red',
    headers: { authorization: 'Bearer secret' },
  });
});

test('an event and an artifact carry the same id in each try', async () => {
  await using client = new TaskRegistryClient({ ...depsOf(), apiKey: 'k' });
  const answered = { id, task_id: 't', event_type: 'step', at };
  server.script({ status: 503, json: {} }, { status: 201, json: answered });
  expect(await client.addEvent('t', 'step', { n: 1 })).toEqual(answered);
  const artifact = { id, task_id: 't', artifact_type: 'log', uri: 's3://b/k', size_bytes: 3, at };
  server.script('reset', { status: 201, json: artifact });
  expect(await client.addArtifact('t', 'log', 's3://b/k', 3, { lines: 1 })).toEqual(artifact);
  const bodies = server.requests.map(({ body }) => JSON.parse(body) as { id: string });
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[2]).toEqual(bodies[3]);
  expect(bodies[0]?.id).not.toBe(bodies[2]?.id);
});

test('the wait for a slot is part of the time-out; SLOT_TIMEOUT is typed and not asked for again', async () => {
  await using client = new RepoPoolClient({ ...depsOf(0.05), apiKey: 'k' });
  const slot = { slot_id: 's', path: '/p', branch: 'b', commit: 'c' };
  server.script('reset', { status: 201, json: slot });
  expect(await client.allocateSlot('https://host/repo', 'task', 30)).toEqual(slot);
  const [first, second] = server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(first).toEqual(second);
  expect(first).toMatchObject({ required_by: 'task', timeout_seconds: 30, holder_pid: process.pid });
  const problem = {
    type: 'urn:telltale:error:SLOT_TIMEOUT',
    title: 't',
    status: 503,
    detail: 'd',
    code: 'SLOT_TIMEOUT',
  };
  server.script({ status: 503, json: problem });
  const error = await failureOf(client.allocateSlot('https://host/repo', 'task', 30));
  expect(error).toMatchObject({ code: 'SLOT_TIMEOUT', status: 503, attempts: 1, retryable: false });
  expect(error.problem?.detail).toBe('d');
});

test('who gives up is told ABORTED at once, also while it waits for the next try', async () => {
  await using client = new RepoPoolClient({ ...depsOf(), apiKey: 'k' });
  server.script('hang');
  const stop = new AbortController();
  const work = failureOf(client.allocateSlot('https://host/repo', 'task', 30, { signal: stop.signal }));
  stop.abort(new Error('enough'));
  expect(await work).toMatchObject({ code: 'ABORTED', retryable: false });
});
