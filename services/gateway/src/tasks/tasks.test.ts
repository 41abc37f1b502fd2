import type { TelemetryRecord } from '@telltale/contracts/records/record';
import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { decodeBatch, entryFields } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect, type StreamConnection } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { createHttpTaskSource } from '@telltale/tasks/http-task-source';
import { aCrew, describeTaskSource } from '@telltale/tasks/task-source-conformance';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';
import { tidyTasks } from './tidy-tasks.ts';

let t: TestGateway;
let redis: StreamConnection;
let runner: { authorization: string };
let api: ReturnType<typeof createTaskApi>;
beforeAll(async () => {
  t = await createTestGateway();
  redis = await connectWriter({ url: t.redisUrl, name: 'test' });
  runner = await t.as('red', 'runner', 'read', 'ingest', 'admin');
  const key = runner.authorization.replace('Bearer ', '');
  api = createTaskApi(createRestClient({ url: t.gateway.url, key }));
  await seed(t.databaseUrl, 'red', [
    aRecord('task_event', { task_id: 'in-ci', crew_id: 'ci', agent_id: 'ci', status: 'RUNNING' }),
    aRecord('run_event', { task_id: 'in-ci', agent_id: 'ci', run_id: 'ci-run', host: 'ci-1', event: 'started' }),
  ]);
});
afterAll(async () => {
  disconnect(redis);
  await t[Symbol.asyncDispose]();
});

/** Everything that was published of a task, once nothing is left to publish. */
async function published(taskId: string): Promise<TelemetryRecord[]> {
  await until(async () => (await t.db.selectFrom('task_outbox').select('team_id').execute()).length === 0);
  const records: TelemetryRecord[] = [];
  for (const shard of recordShards) {
    for (const [, fields] of await redis.xrangeBuffer(keys.batches(shard), '-', '+')) {
      const payload = fields[fields.findIndex((field) => field.toString() === entryFields.payload) + 1];
      const decoded = payload === undefined ? undefined : decodeBatch(payload);
      if (decoded?.ok === true) records.push(...decoded.batch.records);
    }
  }
  const ofTask = records.filter((record) => record.task_id === taskId);
  return [...new Map(ofTask.map((record) => [record.id, record])).values()].toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

const ask = async (method: 'POST' | 'PUT' | 'GET', url: string, payload?: object, headers: object = runner) => {
  const body = payload === undefined ? {} : { payload };
  const answer = await t.gateway.http.inject({ method, url: `/api/v1${url}`, headers: { ...headers }, ...body });
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json<Record<string, unknown>>() };
};

describe('a runner that has nothing but the gateway', () => {
  describeTaskSource(() => ({
    source: createHttpTaskSource({ apiUntil: () => api }),
    create: async ({ crewId, inputs = {}, priority = 0 }) =>
      (await api.createTask({ crew_id: crewId, inputs, priority })).task_id,
    cancel: async (taskId) => void (await api.cancelTask(taskId)),
    state: (taskId): Promise<TaskOrder> => api.taskState(taskId),
    told: async (taskId) =>
      (await published(taskId)).flatMap((record) =>
        record.kind === 'task_event' && record.event_type === 'status' ? [`${record.status} ${record.attempt}`] : [],
      ),
  }));
});

test('a request that waits is answered when a task comes', async () => {
  await api.announceCrews({ runner_id: 'waiter', host: 'vm-1', slots: 1, crews: [aCrew('waited')] });
  const wish = { runner_id: 'waiter', host: 'vm-1', crews: [{ crew_id: 'waited', free: 1 }], free: 1 };
  const waiting = ask('POST', '/task-leases', wish, { ...runner, prefer: 'wait=20' });
  const { task_id } = await api.createTask({ crew_id: 'waited' });
  const before = performance.now();
  expect((await waiting).body).toMatchObject({ leases: [{ task_id }] });
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('a crew that nobody announced is 422 and the answer names those there are', async () => {
  await api.announceCrews({ runner_id: 'one', host: 'vm-1', slots: 1, crews: [aCrew('nightly')] });
  const answer = await ask('POST', '/tasks', { crew_id: 'weekly' });
  expect(answer).toMatchObject({ status: 422, body: { code: 'unknown_crew' } });
  expect(answer.body?.['detail']).toMatch(/"weekly"; announced are .*nightly/);
  const crews = await api.crews();
  const nightly = crews.crews.find(({ crew_id }) => crew_id === 'nightly');
  expect(nightly?.runners).toMatchObject([{ runner_id: 'one', host: 'vm-1', alive: true }]);
});

test('the same key answers 200 with the same task, and 409 for another request', async () => {
  await api.announceCrews({ runner_id: 'keys', host: 'vm-1', slots: 1, crews: [aCrew('keyed')] });
  const body = { crew_id: 'keyed', inputs: { a: 1 }, idempotency_key: 'k' };
  const [first, again] = [await ask('POST', '/tasks', body), await ask('POST', '/tasks', body)];
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual(first.body);
  expect(await ask('POST', '/tasks', { ...body, priority: 1 })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  expect((await published(String(first.body?.['task_id']))).filter(({ kind }) => kind === 'task_event')).toHaveLength(
    1,
  );
});

test('what somebody else runs can be moved too, from what was recorded of it, and an illegal step says what is legal', async () => {
  const whose = { crew_id: 'ci', run_id: 'ci-run', host: 'ci-1', runner_id: null };
  expect(await ask('GET', '/tasks/in-ci')).toMatchObject({ status: 200, body: { status: 'RUNNING', ...whose } });
  const back = await ask('PUT', '/tasks/in-ci/status', { status: 'PENDING' });
  expect(back).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(back.body?.['detail']).toMatch(/RUNNING, which cannot become PENDING: .* COMPLETED, FAILED, CANCELLED/);
  const done = await ask('PUT', '/tasks/in-ci/status', {
    status: 'COMPLETED',
    metadata: { build: 7 },
    output: { ok: true },
  });
  expect(done).toMatchObject({ status: 200, body: { status: 'COMPLETED', output: { ok: true }, ...whose } });
  expect(await ask('GET', '/tasks/in-ci')).toMatchObject({ status: 200, body: { status: 'COMPLETED', ...whose } });
  expect(await ask('PUT', '/tasks/in-ci/status', { status: 'COMPLETED' })).toMatchObject({ status: 200 });
  const none = await ask('PUT', '/tasks/in-ci/status', { status: 'FAILED' });
  expect(none).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('nothing may follow it') as string },
  });
  expect(await published('in-ci')).toMatchObject([
    { kind: 'task_event', status: 'COMPLETED', metadata: { build: 7 }, output: { ok: true }, agent_id: 'ci' },
  ]);
  expect(await ask('PUT', '/tasks/nobodys/status', { status: 'RUNNING' })).toMatchObject({ status: 404 });
});

test('events and artifacts are records; one that is sent twice under its id is one', async () => {
  const id = '0199aa00-0000-7000-8000-00000000aaaa';
  const event = { event_type: 'reviewed', data: { by: 'ada', key: `sk-ant-api03-${'a'.repeat(80)}` }, id };
  const first = await ask('POST', '/tasks/in-ci/events', event);
  expect(first).toMatchObject({ status: 201, body: { id, task_id: 'in-ci', event_type: 'reviewed' } });
  expect((await ask('POST', '/tasks/in-ci/events', event)).status).toBe(201);
  const artifact = { artifact_type: 'report', uri: 'https://ci.example.com/7', size_bytes: 7 };
  expect(await ask('POST', '/tasks/in-ci/artifacts', artifact)).toMatchObject({ status: 201, body: artifact });
  const records = await published('in-ci');
  expect(records.filter((record) => record.id === id)).toMatchObject([{ data: { by: 'ada' } }]);
  expect(JSON.stringify(records)).not.toContain('sk-ant-api03-aaaa');
  expect(records.filter(({ kind }) => kind === 'artifact')).toHaveLength(1);
  expect(await ask('POST', '/tasks/in-ci/events', { event_type: 'status' })).toMatchObject({ status: 400 });
  expect(await ask('POST', '/tasks/nobodys/events', event)).toMatchObject({ status: 404 });
});

test('the budget of a task is there before anybody can take it, and a wrong one makes no task', async () => {
  await api.announceCrews({ runner_id: 'rich', host: 'vm-1', slots: 1, crews: [aCrew('spending')] });
  const body = {
    crew_id: 'spending',
    budget: { limit_usd: 0.5, on_unknown: 'block' as const },
    idempotency_key: 'rich',
  };
  const [{ task_id }, again] = [await api.createTask(body), await api.createTask(body)];
  expect(again.task_id).toBe(task_id);
  const rows = await t.db.selectFrom('budget').selectAll().where('subject', '=', 'task').execute();
  expect(rows).toMatchObject([{ team_id: 'red', subject_id: task_id, period: 'total', measure: 'usd' }]);
  const wrong = await ask('POST', '/tasks', { crew_id: 'spending', budget: { limit_usd: 0 } });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

test('what is too long for one record is refused, and no crew has a name that is no name', async () => {
  const inputs = { text: 'x'.repeat(250_000) };
  expect(await ask('POST', '/tasks', { crew_id: 'nightly', inputs })).toMatchObject({
    status: 413,
    body: { code: 'payload_too_large' },
  });
  const wish = { runner_id: 'one', host: 'vm-1', crews: [{ crew_id: 'a:b', free: 1 }], free: 1 };
  expect(await ask('POST', '/task-leases', wish)).toMatchObject({ status: 400 });
});

test('what ended long ago is forgotten, and what is recent or goes on is kept', async () => {
  await api.announceCrews({ runner_id: 'old', host: 'vm-1', slots: 9, crews: [aCrew('aging')] });
  const make = (n: number) =>
    api.createTask({ crew_id: 'aging', budget: { limit_tokens: 10 }, idempotency_key: `aged ${n}` });
  const [old, recent, open] = [await make(1), await make(2), await make(3)];
  const ended = async (taskId: string, days: number) => {
    await api.cancelTask(taskId);
    const at = new Date(Date.now() - days * 86_400_000);
    await t.db.updateTable('task_order').set({ ended_at: at }).where('task_id', '=', taskId).execute();
  };
  await ended(old.task_id, 91);
  await ended(recent.task_id, 2);
  const left = async () => {
    const ids = [old, recent, open].map(({ task_id }) => task_id);
    const orders = await t.db.selectFrom('task_order').select('task_id').where('task_id', 'in', ids).execute();
    const budgets = await t.db.selectFrom('budget').select('subject_id').where('subject_id', 'in', ids).execute();
    return [orders.map((row) => ids.indexOf(row.task_id)), budgets.map((row) => ids.indexOf(row.subject_id ?? ''))].map(
      (found) => found.toSorted(),
    );
  };
  await tidyTasks(t.db, Date.now(), new AbortController().signal);
  expect(await left()).toEqual([[1, 2], [2]]);
});

test('all tasks of a crew, or of the team, are cancelled with one word', async () => {
  await api.announceCrews({ runner_id: 'many', host: 'vm-1', slots: 9, crews: [aCrew('left'), aCrew('right')] });
  const left = [await api.createTask({ crew_id: 'left' }), await api.createTask({ crew_id: 'left' })];
  const right = await api.createTask({ crew_id: 'right' });
  const ids = (tasks: { task_id: string }[]) => tasks.map(({ task_id }) => task_id).toSorted();
  expect((await api.cancelTasks({ crew_id: 'left' })).task_ids.toSorted()).toEqual(ids(left));
  expect((await api.cancelTasks({ all: true })).task_ids).toContain(right.task_id);
  expect(await api.taskState(right.task_id)).toMatchObject({ status: 'CANCELLED' });
  expect(await ask('POST', `/tasks/${right.task_id}/cancel`, {})).toMatchObject({ status: 409 });
  expect((await ask('POST', '/tasks/cancel', {})).status).toBe(400);
  const rows = await t.db.selectFrom('audit_entry').selectAll().where('action', '=', 'task.cancel').execute();
  expect(rows.some(({ object, team_id }) => object === 'crew:left' && team_id === 'red')).toBe(true);
});

test('the list of tasks shows the inputs that a crew names', async () => {
  await api.announceCrews({
    runner_id: 'sum',
    host: 'vm-1',
    slots: 1,
    crews: [aCrew('summed', { input_summary: ['pair', 'deep'] })],
  });
  const { task_id } = await api.createTask({
    crew_id: 'summed',
    inputs: { symbol: 'X', pair: 'BTC/USD', deep: { a: [1] } },
  });
  await seed(t.databaseUrl, 'red', await published(task_id));
  const listed = await ask('GET', `/monitoring/tasks?crew_id=summed`);
  expect(listed.body).toMatchObject({
    tasks: [{ task_id, status: 'PENDING', input_summary: { pair: 'BTC/USD', deep: '{"a":[1]}' } }],
  });
  const detail = await ask('GET', `/monitoring/tasks/${task_id}`);
  expect(Object.keys(Object(detail.body?.['input_summary']))).toEqual(['pair', 'deep']);
});
