import { narrowerLimits } from '@telltale/contracts/narrower-limits';
import { systemClock } from '@telltale/runtime/clock';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createTaskQueue } from '@telltale/stream/task-queue';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeStatus } from './change-task.ts';
import { claimTask } from './claim-task.ts';
import { createTask, taskIdOf } from './create-task.ts';
import { createStoreTaskSource } from './store-task-source.ts';
import { enqueueMissing, sweepTasks, takeBackLost } from './sweep-tasks.ts';
import { aCrew } from './task-source-conformance.ts';
import { openDeskRig, type DeskRig } from './test-support/desk-rig.ts';

let rig: DeskRig;
beforeAll(async () => {
  // No lease of one test runs out while another one looks for those that have.
  rig = await openDeskRig({ leaseMs: 3_600_000 });
});
afterAll(() => rig[Symbol.asyncDispose]());

const actor = 'user:ada';
const never = new AbortController().signal;
const announce = (...crews: ReturnType<typeof aCrew>[]) =>
  rig.source.announce({ runner_id: crews[0]?.crew_id ?? 'none', host: 'vm-1', slots: 4, running: 0, crews });
const create = (body: { crew_id: string } & Record<string, unknown>) =>
  createTask(rig.desk, { teamId: 'red', body: { inputs: {}, priority: 0, ...body }, actor });
const lease = async (crew_id: string) => {
  const wish = { runner_id: 'one', host: 'vm-1', crews: [{ crew_id, free: 9 }], free: 9 };
  return rig.source.lease(wish, never);
};

test('a crew that nobody announced is refused, and the known ones are named', async () => {
  await announce(aCrew('known'), aCrew('other-one'));
  await expect(create({ crew_id: 'unheard' })).rejects.toMatchObject({
    code: 'unknown_crew',
    message: expect.stringMatching(/"unheard"; announced are .*known.*other-one/) as string,
  });
  const nobody = createTask(rig.desk, { teamId: 'blue', body: { crew_id: 'known', inputs: {}, priority: 0 }, actor });
  await expect(nobody).rejects.toMatchObject({ code: 'unknown_crew' });
});

test('a crew that its runner does not announce any more is gone', async () => {
  await rig.source.announce({ runner_id: 'fickle', host: 'h', slots: 1, running: 0, crews: [aCrew('gone')] });
  await rig.source.announce({ runner_id: 'fickle', host: 'h', slots: 1, running: 0, crews: [] });
  await expect(create({ crew_id: 'gone' })).rejects.toMatchObject({ code: 'unknown_crew' });
});

test('a request that made a task is answered with it, although its crew is gone; another one is a conflict', async () => {
  await announce(aCrew('passing'));
  const body = { crew_id: 'passing', idempotency_key: 'passing' };
  const { row } = await create(body);
  await rig.source.announce({ runner_id: 'passing', host: 'h', slots: 1, running: 0, crews: [] });
  expect(await create(body)).toMatchObject({ made: false, row: { task_id: row.task_id } });
  await expect(create({ ...body, priority: 1 })).rejects.toMatchObject({ code: 'conflict' });
  await expect(create({ crew_id: 'passing' })).rejects.toMatchObject({ code: 'unknown_crew' });
});

test('inputs, agent and repository are judged before anything waits', async () => {
  const inputs = {
    prompt: { type: 'string' as const, required: true, max_length: 5 },
    mode: { type: 'string' as const, required: false, choices: ['fast', 'slow'] },
  };
  await announce(aCrew('strict', { inputs, agents: ['coder'], workspace: 'repository' }));
  const wrong = create({ crew_id: 'strict', inputs: { prompt: 'longer', mode: 'odd', extra: 1 }, agent_id: 'mallory' });
  await expect(wrong).rejects.toMatchObject({ code: 'invalid_request' });
  const pointers = await wrong.catch((error: { errors: { pointer: string }[] }) => error.errors.map((e) => e.pointer));
  expect(pointers).toEqual(['#/inputs/extra', '#/inputs/prompt', '#/inputs/mode', '#/agent_id', '#/repo_url']);
  const right = await create({ crew_id: 'strict', inputs: { prompt: 'go' }, repo_url: 'https://example.com/a.git' });
  expect(right.row).toMatchObject({ agent_id: 'coder', status: 'PENDING' });
});

test('one key makes one task; the same key for another request is a conflict', async () => {
  await announce(aCrew('keyed'));
  const body = { crew_id: 'keyed', inputs: { b: 1, a: { y: 2, x: 1 } }, idempotency_key: 'k-1' };
  const made = await Promise.all([
    create(body),
    create(body),
    create({ ...body, inputs: { a: { x: 1, y: 2 }, b: 1 } }),
  ]);
  expect(made.map(({ made }) => made).filter(Boolean)).toHaveLength(1);
  expect(new Set(made.map(({ row }) => row.task_id))).toEqual(new Set([taskIdOf('red', 'k-1')]));
  await expect(create({ ...body, inputs: { a: 2 } })).rejects.toMatchObject({ code: 'conflict' });
  expect(taskIdOf('blue', 'k-1')).not.toBe(taskIdOf('red', 'k-1'));
  expect(await lease('keyed')).toHaveLength(1);
});

test('secrets in inputs reach the runner, not the records', async () => {
  await announce(aCrew('secret'));
  const key = `sk-ant-api03-${'a'.repeat(80)}`;
  const { row } = await create({ crew_id: 'secret', inputs: { note: `use ${key}` } });
  const rows = await rig.desk.db.selectFrom('task_outbox').select('records').execute();
  const said = JSON.stringify(rows.flatMap(({ records }) => records).filter((one) => one['task_id'] === row.task_id));
  expect(said).toContain('redacted');
  expect(said).not.toContain(key);
  expect((await lease('secret'))[0]?.inputs).toEqual({ note: `use ${key}` });
});

test('of two limits the narrower holds', () => {
  expect(narrowerLimits({ timeout_ms: 10, max_usd: 1 }, { timeout_ms: 20, max_tokens: 5 })).toEqual({
    timeout_ms: 10,
    max_usd: 1,
    max_tokens: 5,
  });
});

test('the lease of a runner that is not heard of is taken back: another attempt, then FAILED with its reason, once', async () => {
  await announce(aCrew('lossy', { max_attempts: 2 }));
  const desk = { ...rig.desk, leaseMs: 0 };
  const { row } = await create({ crew_id: 'lossy' });
  const takeAndLose = async (attempt: number) => {
    const runner = { ...desk, teamId: 'red' };
    const wish = { runner_id: 'dead', host: 'vm-1', crews: [{ crew_id: 'lossy', free: 1 }], free: 1 };
    const [taken] = await createStoreTaskSource(runner).lease(wish, never);
    expect(taken).toMatchObject({ task_id: row.task_id, attempt });
    const counts = await Promise.all([takeBackLost(desk, 'red'), takeBackLost(desk, 'red')]);
    expect(counts.toSorted()).toEqual([0, 1]);
    return taken?.run_id ?? '';
  };
  const first = await takeAndLose(1);
  expect(await rig.state(row.task_id)).toMatchObject({ status: 'PENDING', attempt: 2 });
  await takeAndLose(2);
  expect(await rig.state(row.task_id)).toMatchObject({ status: 'FAILED', attempt: 2, error_message: 'runner lost' });
  const late = { runner_id: 'dead', task_id: row.task_id, end_reason: 'completed' } as const;
  expect(await rig.source.end(first, late)).toMatchObject({ taken: false, status: 'FAILED' });
  expect(await rig.told(row.task_id)).toEqual(['PENDING 1', 'RUNNING 1', 'PENDING 2', 'RUNNING 2', 'FAILED 2']);
});

test('what may follow a status is said, and a task that failed may be tried again', async () => {
  await announce(aCrew('moved'));
  const { row } = await create({ crew_id: 'moved' });
  const wish = { teamId: 'red', taskId: row.task_id, actor };
  await expect(changeStatus(rig.desk, { ...wish, status: 'COMPLETED' })).rejects.toMatchObject({
    code: 'conflict',
    message:
      '#/status: the task is PENDING, which cannot become COMPLETED: what may follow is RUNNING, FAILED, CANCELLED',
  });
  await changeStatus(rig.desk, { ...wish, status: 'FAILED', errorMessage: 'no' });
  expect(await lease('moved')).toEqual([]);
  expect(await changeStatus(rig.desk, { ...wish, status: 'PENDING' })).toMatchObject({ attempt: 2, ended_at: null });
  const [again] = await lease('moved');
  expect(again).toMatchObject({ task_id: row.task_id, attempt: 2 });
  const end = { runner_id: 'one', task_id: row.task_id, end_reason: 'completed' } as const;
  await rig.source.end(again?.run_id ?? '', end);
  await expect(changeStatus(rig.desk, { ...wish, status: 'RUNNING' })).rejects.toThrow('nothing may follow it');
  await expect(changeStatus(rig.desk, { ...wish, taskId: 'nobody', status: 'RUNNING' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a Redis that was wiped loses no task, and what is there is not put there twice', async () => {
  await using redis = await startPrivateRedis();
  await using queue = await createTaskQueue(redis.url);
  const desk = { ...rig.desk, queue };
  await announce(aCrew('wiped', { backoff_ms: 60_000 }));
  const body = { crew_id: 'wiped', inputs: {}, priority: 0 };
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push((await createTask(desk, { teamId: 'red', body, actor })).row.task_id);
  const missing = () =>
    queue.missing(
      { teamId: 'red', crewId: 'wiped' },
      ids.map((taskId) => ({ taskId, attempt: 1 })),
    );
  expect(await missing()).toEqual([]);
  const writer = await connectWriter({ url: redis.url, name: 'test' });
  await writer.flushall();
  disconnect(writer);
  expect(await missing()).toHaveLength(5);
  await enqueueMissing(desk, 'red', never);
  await enqueueMissing(desk, 'red', never);
  expect(await missing()).toEqual([]);
  const taken = new Set<string>();
  for (let job = await queue.take({ teamId: 'red', crewId: 'wiped' }); job !== null;) {
    taken.add(job.taskId);
    await job.done();
    job = await queue.take({ teamId: 'red', crewId: 'wiped' });
  }
  expect(taken).toEqual(new Set(ids));
});

test('the sweep looks at once for what waits in no queue', async () => {
  await announce(aCrew('swept'));
  const away = { ...rig.desk, queue: { ...rig.desk.queue, add: () => Promise.reject(new Error('Redis is away')) } };
  const { row } = await createTask(away, { teamId: 'red', body: { crew_id: 'swept', inputs: {}, priority: 0 }, actor });
  expect(await lease('swept')).toEqual([]);
  await using _sweep = sweepTasks({ ...rig.desk, clock: systemClock }, { everyMs: 20 });
  const found: string[] = [];
  await until(async () => {
    found.push(...(await lease('swept')).map(({ task_id }) => task_id));
    return found.length > 0;
  });
  expect(found).toEqual([row.task_id]);
});

test('a run that was started by hand and the runners take a task once, whoever asks first', async () => {
  await announce(aCrew('by-hand', { max_attempts: 2 }));
  const claim = (taskId: string, runId: string) =>
    claimTask(rig.desk, { teamId: 'red', taskId, runId, runnerId: `run ${runId}`, host: 'laptop' });
  const ids = await Promise.all(
    Array.from({ length: 12 }, async () => (await create({ crew_id: 'by-hand' })).row.task_id),
  );
  const claimed = await Promise.all([
    ...ids.map((id) => claim(id, `local-${id}`).catch((error: { code: string }) => error.code)),
    lease('by-hand'),
    lease('by-hand'),
  ]);
  const leased = claimed.slice(-2).flat() as Awaited<ReturnType<typeof lease>>;
  const mine = claimed
    .slice(0, -2)
    .flatMap((one) => (typeof one === 'object' && 'task_id' in one ? [one.task_id] : []));
  expect([...mine, ...leased.map(({ task_id }) => task_id)].toSorted()).toEqual(ids.toSorted());
  expect(claimed.filter((one) => one === 'conflict')).toHaveLength(leased.length);
});

test('a task that somebody has, or that is over, is refused by name; one that failed gets its next attempt', async () => {
  await announce(aCrew('again-by-hand'));
  const { row } = await create({ crew_id: 'again-by-hand' });
  const taskId = row.task_id;
  const mine = { teamId: 'red', taskId, runId: 'run-a', runnerId: 'run run-a', host: 'laptop' };
  expect(await claimTask(rig.desk, mine)).toMatchObject({ run_id: 'run-a', attempt: 1 });
  expect(await claimTask(rig.desk, mine)).toMatchObject({ run_id: 'run-a', attempt: 1 });
  const other = { ...mine, runId: 'run-b', runnerId: 'run run-b' };
  await expect(claimTask(rig.desk, other)).rejects.toMatchObject({
    code: 'conflict',
    message: `task ${taskId} is RUNNING: run run-a on laptop has it`,
  });
  const end = { runner_id: 'run run-a', task_id: taskId, end_reason: 'failed' } as const;
  expect(await rig.source.end('run-a', end)).toEqual({ taken: true, status: 'FAILED', attempt: 1 });
  expect(await claimTask(rig.desk, other)).toMatchObject({ run_id: 'run-b', attempt: 2 });
  const done = { runner_id: 'run run-b', task_id: taskId, end_reason: 'completed' } as const;
  expect(await rig.source.end('run-b', done)).toMatchObject({ taken: true, status: 'COMPLETED' });
  await expect(claimTask(rig.desk, mine)).rejects.toMatchObject({ code: 'conflict' });
  await expect(claimTask(rig.desk, { ...mine, teamId: 'blue' })).rejects.toMatchObject({ code: 'not_found' });
});
