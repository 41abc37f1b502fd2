import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeBackLost } from '@telltale/tasks/sweep-tasks';
import { until } from '@telltale/testkit/until';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openExecutorRig, type ExecutorRig } from './executor-rig.fixture.ts';
import type { TaskExecutor } from './task-executor.ts';

let rig: ExecutorRig;
let executor: TaskExecutor | undefined;
beforeAll(async () => {
  rig = await openExecutorRig();
});
afterEach(async () => {
  await executor?.[Symbol.asyncDispose]();
  executor = undefined;
});
afterAll(() => rig[Symbol.asyncDispose]());

const sh = (script: string) => ['sh', '-c', script];
/** Seconds that no other command line on this machine names: a short number is part of somebody's port or folder. */
const uniqueSeconds = (): string => `4712.${randomInt(1e12, 1e13)}`;
/** Processes with this word in their command line. */
const processesWith = (word: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
      } catch {
        return false;
      }
    });

test('a task is run with its inputs and nothing of the runner’s environment that its crew does not list', async () => {
  const out = join(rig.folder, 'said.json');
  const script = `const fs = require('node:fs');
    const [, , where, file, ...rest] = process.argv;
    fs.writeFileSync(where, JSON.stringify({ rest, env: process.env, cwd: process.cwd(), facts: JSON.parse(fs.readFileSync(file)) }));`;
  const program = join(rig.folder, 'say.cjs');
  writeFileSync(program, script);
  executor = await rig.start({
    crews: {
      saying: {
        argv: ['node', program, out, '{inputs_file}', '--word={word}', '--', '{word}', '{absent}'],
        env: ['LISTED'],
        set: { COLOUR: 'blue' },
        agents: ['ada', 'bob'],
      },
    },
  });
  const taskId = await rig.desk.create({ crewId: 'saying', inputs: { word: '-n "a b"; $(id)', more: { deep: [1] } } });
  expect(await rig.ended(taskId)).toMatchObject({ status: 'COMPLETED', attempt: 1, agent_id: 'ada', output: null });
  const said = JSON.parse(readFileSync(out, 'utf8')) as Record<string, Record<string, unknown>>;
  expect(said['rest']).toEqual(['--word=-n "a b"; $(id)', '--', '-n "a b"; $(id)']);
  expect(said['env']).toMatchObject({
    LISTED: 'seen',
    COLOUR: 'blue',
    TELLTALE_TASK_ID: taskId,
    TELLTALE_AGENT_ID: 'ada',
  });
  expect(JSON.stringify(said['env'])).not.toContain('must stay here');
  expect(said['facts']).toMatchObject({
    task_id: taskId,
    attempt: 1,
    crew_id: 'saying',
    inputs: { more: { deep: [1] } },
  });
  await until(() => !existsSync(said['cwd'] as unknown as string), { what: 'the end of its folder' });
});

test('a failure is told with its exit code, after as many attempts as the crew has', async () => {
  executor = await rig.start({ crews: { failing: { argv: sh('exit 3'), attempts: 2, backoff: '0ms' } } });
  const taskId = await rig.desk.create({ crewId: 'failing' });
  expect(await rig.ended(taskId)).toMatchObject({
    status: 'FAILED',
    attempt: 2,
    error_message: 'the program exited with code 3',
  });
  expect(await rig.desk.told(taskId)).toEqual(['PENDING 1', 'RUNNING 1', 'PENDING 2', 'RUNNING 2', 'FAILED 2']);
});

test('a limit of the task ends it, and a program that is not there fails it', async () => {
  executor = await rig.start({
    crews: {
      slow: { argv: sh('sleep 600'), limits: { timeout: '300ms' }, grace: '100ms', attempts: 3 },
      missing: { argv: ['/no/such/program'] },
    },
  });
  const [slow, missing] = [await rig.desk.create({ crewId: 'slow' }), await rig.desk.create({ crewId: 'missing' })];
  expect(await rig.ended(slow)).toMatchObject({
    status: 'FAILED',
    attempt: 1,
    error_message: expect.stringContaining('timeout') as string,
  });
  expect(await rig.ended(missing)).toMatchObject({
    status: 'FAILED',
    error_message: expect.stringContaining('/no/such') as string,
  });
});

test('a running task that is cancelled ends by the ladder, with all of its processes', async () => {
  const seconds = uniqueSeconds();
  const script = `trap '' TERM; echo up > ${rig.folder}/deaf; (sleep ${seconds} &); sleep ${seconds}`;
  executor = await rig.start({ crews: { deaf: { argv: sh(script), grace: '200ms' } } });
  const taskId = await rig.desk.create({ crewId: 'deaf' });
  await until(() => existsSync(join(rig.folder, 'deaf')));
  await rig.desk.cancel(taskId);
  expect(await rig.ended(taskId)).toMatchObject({ status: 'CANCELLED', error_message: null });
  expect(processesWith(seconds)).toEqual([]);
});

test('no more runs at a time than a crew and the host have room for', async () => {
  const log = join(rig.folder, 'room');
  // The first goes on when a second has begun beside it, however long that takes, and stays for a third that may not.
  const script = `echo + >> ${log}; until [ $(grep -c + ${log}) -gt 1 ]; do sleep 0.05; done; sleep 0.2; echo - >> ${log}`;
  executor = await rig.start({
    slots: 2,
    crews: { narrow: { argv: sh(script), concurrency: 1 }, wide: { argv: sh(script), concurrency: 5 } },
  });
  const ids = await Promise.all(
    ['narrow', 'wide', 'narrow', 'wide', 'wide'].map((crewId) => rig.desk.create({ crewId })),
  );
  for (const id of ids) expect(await rig.ended(id)).toMatchObject({ status: 'COMPLETED' });
  let now = 0;
  const most = Math.max(
    ...readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((sign) => (now += sign === '+' ? 1 : -1)),
  );
  expect(most).toBe(2);
});

test('the end of an executor ends no run: the next one of the runner goes on with it', async () => {
  const gate = join(rig.folder, 'gate');
  const crews = {
    crews: { patient: { argv: sh(`echo begun >> ${gate}.log; while [ ! -e ${gate} ]; do sleep 0.05; done`) } },
  };
  const first = await rig.start(crews);
  const taskId = await rig.desk.create({ crewId: 'patient' });
  await until(() => existsSync(`${gate}.log`));
  await first[Symbol.asyncDispose]();
  expect(await rig.desk.state(taskId)).toMatchObject({ status: 'RUNNING' });
  executor = await rig.start(crews);
  writeFileSync(gate, '');
  expect(await rig.ended(taskId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  expect(readFileSync(`${gate}.log`, 'utf8')).toBe('begun\n');
  await until(async () => (await rig.keeper.keeper.listRuns()).length === 0, { what: 'a run that is forgotten' });
});

test('a run whose end nobody heard is told by the next executor', async () => {
  const crews = { crews: { quick: { argv: sh(`echo begun >> ${rig.folder}/quick; sleep 0.3; exit 4`) } } };
  const first = await rig.start(crews);
  const taskId = await rig.desk.create({ crewId: 'quick' });
  await until(() => existsSync(join(rig.folder, 'quick')));
  await first[Symbol.asyncDispose]();
  await until(async () => (await rig.keeper.keeper.listRuns()).every(({ status }) => status === 'ended'));
  executor = await rig.start(crews);
  expect(await rig.ended(taskId)).toMatchObject({ status: 'FAILED', error_message: 'the program exited with code 4' });
  expect(readFileSync(join(rig.folder, 'quick'), 'utf8')).toBe('begun\n');
});

test('a run whose end could not be told is not begun again by the next executor', async () => {
  const crews = {
    crews: { untold: { argv: sh(`echo begun >> ${rig.folder}/untold; exit 5`), attempts: 3, backoff: '0ms' } },
  };
  const { source } = rig.desk;
  const away = { ...source, end: () => Promise.reject(new Error('told twice at most: the store is away')) };
  const first = await rig.start(crews, { source: away });
  const taskId = await rig.desk.create({ crewId: 'untold' });
  await until(() => existsSync(join(rig.folder, 'untold')));
  await until(async () => (await rig.keeper.keeper.listRuns()).some(({ status }) => status === 'ended'));
  await first[Symbol.asyncDispose]();
  executor = await rig.start(crews);
  expect(await rig.ended(taskId)).toMatchObject({ status: 'FAILED', attempt: 3 });
  // Once for each attempt.
  expect(readFileSync(join(rig.folder, 'untold'), 'utf8')).toBe('begun\nbegun\nbegun\n');
});

test('a task that was taken back while its runner was away is ended there, and its place given back', async () => {
  const places: string[] = [];
  const hooks = {
    openWorkspace: async ({ runId }: { runId: string }) => ({
      path: rig.folder,
      commit: null,
      release: async () => void places.push(runId),
    }),
  };
  const seconds = uniqueSeconds();
  const coding = { argv: sh(`echo up > ${rig.folder}/away; sleep ${seconds}`), workspace: 'repository' };
  const first = await rig.start({ crews: { coding } }, { hooks });
  const taskId = await rig.desk.create({ crewId: 'coding', repoUrl: 'file:///srv/a.git' });
  await until(() => existsSync(join(rig.folder, 'away')));
  await first[Symbol.asyncDispose]();
  const { run_id } = await rig.desk.state(taskId);
  const { db } = rig.desk.desk;
  await db
    .updateTable('task_order')
    .set({ leased_until: new Date(0) })
    .where('task_id', '=', taskId)
    .execute();
  expect(await takeBackLost(rig.desk.desk, 'red')).toBe(1);
  expect(await rig.desk.state(taskId)).toMatchObject({ status: 'FAILED', error_message: 'runner lost' });
  executor = await rig.start({ crews: { coding } }, { hooks });
  await until(() => places.includes(run_id ?? ''), { what: 'its place' });
  expect(processesWith(seconds)).toEqual([]);
  await until(async () => (await rig.keeper.keeper.listRuns()).length === 0, { what: 'a run that is forgotten' });
});

test('when the keeper dies its runs are lost, once, and nothing of them is left', async () => {
  const seconds = uniqueSeconds();
  executor = await rig.start({ crews: { orphaned: { argv: sh(`echo up > ${rig.folder}/orphan; sleep ${seconds}`) } } });
  const taskId = await rig.desk.create({ crewId: 'orphaned' });
  await until(() => existsSync(join(rig.folder, 'orphan')));
  process.kill(rig.keeper.pid() ?? 0, 'SIGKILL');
  await until(() => rig.keeper.pid() === null);
  await rig.keeper.open();
  expect(await rig.ended(taskId)).toMatchObject({ status: 'FAILED', error_message: 'runner lost' });
  expect(processesWith(seconds)).toEqual([]);
  expect(await rig.desk.told(taskId)).toEqual(['PENDING 1', 'RUNNING 1', 'FAILED 1']);
});

test('crews that change are told and taken at once, and a run goes on by what it began with', async () => {
  const gate = join(rig.folder, 'changed');
  const patient = { argv: sh(`echo up > ${gate}.up; while [ ! -e ${gate} ]; do sleep 0.05; done`) };
  const first = await rig.start({ crews: { patient } });
  const taskId = await rig.desk.create({ crewId: 'patient' });
  await until(() => existsSync(`${gate}.up`));
  first.change({ crews: { fresh: { argv: sh('exit 0') } } });
  const crewsNow = async (): Promise<string[]> => {
    const rows = await rig.desk.desk.db
      .selectFrom('crew')
      .select('crew_id')
      .where('runner_id', '=', 'runner-1')
      .execute();
    return rows.map(({ crew_id }) => crew_id);
  };
  await until(async () => (await crewsNow()).join() === 'fresh', { what: 'the crews as they are now' });
  const fresh = await rig.desk.create({ crewId: 'fresh' });
  expect(await rig.ended(fresh)).toMatchObject({ status: 'COMPLETED' });
  await expect(rig.desk.create({ crewId: 'patient' })).rejects.toMatchObject({ code: 'unknown_crew' });
  // Also the next process, which never knew the crew, follows its run to the end.
  await first[Symbol.asyncDispose]();
  executor = await rig.start({ crews: { fresh: { argv: sh('exit 0') } } });
  writeFileSync(gate, '');
  expect(await rig.ended(taskId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
});

test('hooks give a repository crew its place and see what it printed; their failure fails no task', async () => {
  const seen: unknown[] = [];
  const place = join(rig.folder, 'runner-1');
  executor = await rig.start(
    { crews: { coding: { argv: sh('pwd; echo oops >&2'), workspace: 'repository' } } },
    {
      hooks: {
        openWorkspace: async ({ repoUrl }) => ({
          path: place,
          commit: 'c0ffee',
          release: async () => void seen.push(`released ${repoUrl}`),
        }),
        async afterRun({ workspace, stdoutFile, stderrFile, end }) {
          seen.push([
            workspace.commit,
            readFileSync(stdoutFile, 'utf8'),
            readFileSync(stderrFile, 'utf8'),
            end.exit_code,
          ]);
          throw new Error('the store of artifacts is away');
        },
      },
    },
  );
  const taskId = await rig.desk.create({ crewId: 'coding', repoUrl: 'file:///srv/a.git' });
  expect(await rig.ended(taskId)).toMatchObject({ status: 'COMPLETED' });
  expect(seen).toEqual([['c0ffee', `${place}\n`, 'oops\n', 0], 'released file:///srv/a.git']);
});
