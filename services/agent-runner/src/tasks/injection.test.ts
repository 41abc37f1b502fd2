import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTaskBody, repoUrl } from '@telltale/contracts/http/task-orders';
import { createTask } from '@telltale/tasks/create-task';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openExecutorRig, type ExecutorRig } from './executor-rig.fixture.ts';
import { injectionCorpus } from './injection-corpus.fixture.ts';
import { watchCommand } from '../test-support/watch-command.ts';
import type { TaskExecutor } from './task-executor.ts';

let rig: ExecutorRig;
let executor: TaskExecutor;
let canary: string;
let said: string;
beforeAll(async () => {
  rig = await openExecutorRig();
  canary = join(rig.folder, 'canary');
  said = join(rig.folder, 'said');
  mkdirSync(said);
  const program = join(rig.folder, 'say.sh');
  // What it was given, each argument ended by a NUL, and what stands in its environment about it.
  writeFileSync(
    program,
    `printf '%s\\0' "$@" "$TELLTALE_AGENT_ID" "$TELLTALE_SESSION_ID" > "${said}/$TELLTALE_TASK_ID"\n`,
  );
  const argv = ['sh', program, '--one={a}', '--', '{a}', '{b}', '{inputs_file}', 'x{a}y'];
  executor = await rig.start({ slots: 8, crews: { saying: { argv, concurrency: 8 } } });
});
afterAll(async () => {
  await executor[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

test(
  'whatever a text of the corpus says, in every field that reaches a runner, it stays a text',
  { timeout: 150_000 },
  async () => {
    const corpus = injectionCorpus(canary);
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    const made = await Promise.all(
      corpus.map(async (text, index) => {
        const id = text.slice(0, 200);
        const inputs = { a: text, b: { [`k ${text.slice(0, 60)}`]: [text] }, [`c${index}`]: text };
        const asked = {
          crew_id: 'saying',
          inputs,
          agent_id: id,
          session_id: id,
          idempotency_key: `${index} ${id}`.slice(0, 200),
        };
        const body = createTaskBody.parse(repoUrl.safeParse(text).success ? { ...asked, repo_url: text } : asked);
        const { row } = await createTask(rig.desk.desk, { teamId: 'red', body, actor: 'user:ada' });
        return { text, id, inputs, taskId: row.task_id };
      }),
    );
    for (const { text, id, inputs, taskId } of made) {
      const task = await rig.ended(taskId);
      expect([text, task.status, task.error_message]).toEqual([text, 'COMPLETED', null]);
      const [one, end, a, b, file, inside, agent, session] = readFileSync(join(said, taskId), 'utf8').split('\0');
      expect([one, end, a, b, inside]).toEqual([`--one=${text}`, '--', text, JSON.stringify(inputs.b), `x${text}y`]);
      expect([agent, session]).toEqual([id, id]);
      expect(file?.startsWith(rig.folder)).toBe(true);
    }
    expect(existsSync(canary)).toBe(false);
    expect(readdirSync(said)).toHaveLength(corpus.length);
  },
);

test('a name that is no crew, a repository that is none and a text with NUL reach no runner', async () => {
  const refused = injectionCorpus(canary).filter((text) => !repoUrl.safeParse(text).success);
  expect(refused.length).toBeGreaterThan(55);
  for (const text of [
    'ext::sh -c x',
    '-oProxyCommand=x',
    'git@-oProxyCommand=x:a',
    'ssh://-oProxyCommand=x/a',
    '--upload-pack=x',
  ]) {
    expect(repoUrl.safeParse(text).success).toBe(false);
  }
  for (const text of injectionCorpus(canary)) {
    const body = createTaskBody.parse({ crew_id: text.slice(0, 200) });
    await expect(createTask(rig.desk.desk, { teamId: 'red', body, actor: 'user:ada' })).rejects.toMatchObject({
      code: 'unknown_crew',
    });
  }
  expect(createTaskBody.safeParse({ crew_id: 'saying', inputs: { a: 'a\0b' } }).success).toBe(false);
  expect(existsSync(canary)).toBe(false);
});

test('what a person types at `run` is passed on as it is', async () => {
  const corpus = injectionCorpus(canary);
  const { stdout, result } = await watchCommand(['printf', '%s\\0', ...corpus]);
  expect(result.exitCode).toBe(0);
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(corpus);
  expect(existsSync(canary)).toBe(false);
});
