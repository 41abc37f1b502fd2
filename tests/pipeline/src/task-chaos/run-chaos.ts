import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { systemClock } from '@telltale/runtime/clock';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { createOperatorKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { freePort } from '@telltale/embedded/free-port';
import { modes, writeChaosCrews, type Mode } from './chaos-crews.ts';
import { keepProcess, type ChaosProcess } from './chaos-process.ts';
import { judgeArtifacts, judgeSlots, judgeTotals } from './judge-surroundings.ts';
import { judgeTasks, readLedger, type JudgedTask } from './judge-tasks.ts';
import { processesOfRuns } from './processes-of-runs.ts';
import { startScriptedModel } from './scripted-model.ts';

export type ChaosOptions = {
  databaseUrl: string;
  tasks: number;
  runners: number;
  /** Between two kills, in ms; 0: nothing is killed. */
  killEveryMs: number;
  /** Who is killed, in order; without it anybody, again and again. */
  victims?: readonly string[];
  /** Who is never killed by chance: `keeper`, `redis`, `wipe` or the name of a process. */
  spared?: readonly string[];
  random: () => number;
  say: (line: string) => void;
  longestMs: number;
};
export type ChaosReport = {
  ends: Record<string, number>;
  attempts: number;
  kills: Record<string, number>;
  problems: string[];
};

const keySecret = 'task-chaos-secret-of-32-chars-and-more';
const leaseText = '5s';
const team = 'chaos';

const pick = <T>(from: readonly T[], random: () => number): T => {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

/**
 * Many tasks over several runners, half of them beside the store and half with nothing but the gateway, while runners,
 * their keepers, collector, gateway and Redis are killed. Then every task must have ended once, with a status that its
 * program bears out, and nothing may be left running.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { databaseUrl, tasks, runners, killEveryMs, victims, spared = [], random, say, longestMs } = options;
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'telltale-chaos-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const redis = stack.use(await startPrivateRedis());
  const { kysely: db } = stack.use(createDatabase({ url: databaseUrl, max: 2, applicationName: 'chaos' }));
  const { key } = await createOperatorKey(db, { keySecret, name: 'chaos' });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { crewsFile, ledger, repository } = writeChaosCrews(folder);
  const model = stack.use(await startScriptedModel());

  const shared = { PATH: process.env['PATH'] ?? '', HOME: folder, TELLTALE_METRICS_PORT: 'off' };
  const beside = { TELLTALE_DATABASE_URL: databaseUrl, TELLTALE_REDIS_URL: redis.url };
  const restartMs = (): number => 200 + random() * 1_500;
  const processes: ChaosProcess[] = [];
  const keep = (name: string, service: string, env: Record<string, string>): void => {
    const process = keepProcess({ name, service, env, logFile: join(folder, `${name}.log`), restartMs });
    processes.push(stack.use(process));
  };
  const served = { ...shared, ...beside, TELLTALE_KEY_SECRET: keySecret, TELLTALE_PORT: String(port) };
  keep('gateway', 'gateway', {
    ...served,
    TELLTALE_DATA_DIR: folder,
    TELLTALE_TASK_LEASE: leaseText,
    TELLTALE_CANARY: 'false',
  });
  keep('collector', 'collector', { ...shared, ...beside });
  keep('aggregator', 'aggregator', { ...shared, ...beside });
  await Promise.all(processes.map((process) => process.started()));

  const dataDirs: string[] = [];
  stack.defer(async () => {
    for (const dataDir of dataDirs) {
      await keeperClientOf(keeperFolder(dataDir))
        .shutdown('the end of the chaos', 200)
        .catch(() => undefined);
      await until(() => livingKeeper(keeperFolder(dataDir)) === null, { what: 'the end of a keeper' });
    }
  });
  for (let number = 1; number <= runners; number += 1) {
    const dataDir = join(folder, `runner-${number}`);
    mkdirSync(dataDir);
    dataDirs.push(dataDir);
    const link = { TELLTALE_URL: url, TELLTALE_API_KEY: key, TELLTALE_DATA_DIR: dataDir, TELLTALE_TEAM: team };
    const around = { OPENAI_BASE_URL: model.url, TELLTALE_REPO_FOLDERS: join(folder, 'repositories') };
    const own = { ...link, ...around, TELLTALE_CREWS: crewsFile, TELLTALE_TASK_LEASE: leaseText };
    keep(`runner-${number}`, 'agent-runner', { ...shared, ...own, ...(number % 2 === 0 ? beside : {}) });
  }
  const api = createTaskApi(createRestClient({ url, key, team, timeoutMs: 5_000 }));
  const persist = <T>(ask: () => Promise<T>): Promise<NonNullable<T>> =>
    until(ask, { timeoutMs: 60_000, everyMs: 100 });
  const isKnown = async (): Promise<boolean> => {
    const names = (await api.crews()).crews.map(({ crew_id }) => crew_id);
    return ['once', 'patient', 'coding'].every((name) => names.includes(name));
  };
  await until(isKnown, { timeoutMs: 60_000, everyMs: 100, what: 'the crews of the runners' });

  const asked: { taskId: string; mode: Mode; attempts: number }[] = [];
  const coding = new Set<string>();
  const ask = async (number: number): Promise<void> => {
    const crew = pick(['once', 'patient', 'coding'] as const, random);
    const isCoding = crew === 'coding';
    const mode = isCoding ? 'good' : pick(modes, random);
    const inputs = isCoding ? { calls: 1 + Math.floor(random() * 3) } : { mode, seconds: (random() * 1.2).toFixed(2) };
    const common = { idempotency_key: `chaos ${number}`, priority: Math.floor(random() * 10) };
    const body = { crew_id: crew, inputs, ...common, ...(isCoding ? { repo_url: repository } : {}) };
    const { task_id: taskId } = await persist(() => api.createTask(body));
    // A key that is used again is the same task, whatever was killed between the two.
    const again = await persist(() => api.createTask(body));
    if (again.task_id !== taskId) throw new Error(`one key made ${taskId} and ${again.task_id}`);
    asked.push({ taskId, mode, attempts: crew === 'once' ? 1 : 4 });
    if (isCoding) coding.add(taskId);
  };

  const kills: Record<string, number> = {};
  const over = new AbortController();
  const planned = victims?.slice();
  /** Resolves when it is back, so that a slow machine gets some work done between two kills. */
  const killProcess = async (name: string): Promise<void> => {
    const victim = processes.find((process) => process.name === name);
    victim?.kill();
    await victim?.started();
  };
  const killOne = async (): Promise<void> => {
    const all = [...processes.map(({ name }) => name), 'redis', 'wipe', 'keeper'];
    const names = all.filter((name) => name !== 'aggregator' && !spared.includes(name));
    const name = planned?.shift() ?? pick(names, random);
    kills[name] = (kills[name] ?? 0) + 1;
    if (name === 'redis') {
      redis.kill();
      await systemClock.sleep(500);
      await redis.restart();
    } else if (name === 'wipe') {
      const writer = await connectWriter({ url: redis.url, name: 'wipe' });
      await writer.flushall();
      disconnect(writer);
    } else if (name === 'keeper') {
      // A host that dies: its keeper, and the runner that would start another.
      const number = Math.floor(random() * runners);
      const pid = livingKeeper(keeperFolder(dataDirs[number] ?? ''))?.pid;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await killProcess(`runner-${number + 1}`);
    } else await killProcess(name);
  };
  const goesOn = (): boolean => (planned === undefined ? !over.signal.aborted : planned.length > 0);
  const killing = (async (): Promise<void> => {
    while (killEveryMs > 0 && goesOn()) {
      await systemClock.sleep(killEveryMs * (0.5 + random()), over.signal).catch(() => undefined);
      if (goesOn()) await killOne();
    }
  })();

  for (let number = 0; number < tasks; number += 1) await ask(number);
  say(`${tasks} tasks were asked for`);
  // Kills go on until few are left; what is left must end by itself.
  const left = async (): Promise<number> => {
    const rows = await db.selectFrom('task_order').select('task_id').where('ended_at', 'is', null).execute();
    return rows.length;
  };
  await until(async () => (await left()) < Math.max(8, tasks / 10), {
    timeoutMs: longestMs,
    everyMs: 500,
    what: 'most ends',
  });
  over.abort();
  await killing;
  say(`killed: ${JSON.stringify(kills)}`);
  await until(async () => (await left()) === 0, { timeoutMs: 60_000, everyMs: 250, what: 'the last ends' });

  const orders = new Map<string, TaskOrder>();
  for (const { taskId } of asked) orders.set(taskId, await persist(() => api.taskState(taskId)));
  const isFolded = async (): Promise<boolean> => {
    const rows = await db.selectFrom('task').select(['task_id', 'status', 'status_attempt']).execute();
    return (
      rows.filter(({ task_id, status, status_attempt }) => {
        const order = orders.get(task_id);
        return order?.status === status && order.attempt === status_attempt;
      }).length === tasks
    );
  };
  await until(isFolded, { timeoutMs: 60_000, everyMs: 500, what: 'what pages show' }).catch((error: unknown) =>
    say(String(error)),
  );
  const events = await db
    .selectFrom('task_event')
    .select(['task_id', 'status', 'attempt'])
    .where('event_type', '=', 'status')
    .execute();
  const folded = new Map(
    (await db.selectFrom('task').selectAll().execute()).map((row) => [
      row.task_id,
      `${row.status} ${row.status_attempt}`,
    ]),
  );
  const judged = asked.flatMap(({ taskId, mode, attempts }): JudgedTask[] => {
    const order = orders.get(taskId);
    const told = events
      .filter(({ task_id }) => task_id === taskId)
      .map(({ status, attempt }) => `${String(status)} ${String(attempt)}`);
    return order === undefined ? [] : [{ mode, attempts, order, told, folded: folded.get(taskId) ?? 'nothing' }];
  });
  const problems = judgeTasks(judged, readLedger(readFileSync(ledger, 'utf8')));
  const isQuiet = () => processesOfRuns(folder).length === 0;
  await until(isQuiet, { timeoutMs: 20_000, everyMs: 250 }).catch(() => {
    problems.push(`processes are left: ${processesOfRuns(folder).join('; ')}`);
  });
  const get = (path: string): Promise<Response> =>
    fetch(`${url}/api/v1${path}${path.includes('?') ? '&' : '?'}team_id=${team}`, {
      headers: { authorization: `Bearer ${key}` },
    });
  let artifacts = 0;
  let exact = 0;
  for (const { order } of judged) {
    const kept = await judgeArtifacts(get, order.task_id);
    artifacts += kept.count;
    problems.push(...kept.problems);
    // Of a run that was lost with its keeper, what it had not told yet is lost too: never more than the model counted.
    const isWhole = kills['keeper'] === undefined || (order.attempt === 1 && order.error_message !== 'runner lost');
    if (isWhole && coding.has(order.task_id)) exact += 1;
    if (coding.has(order.task_id)) problems.push(...(await judgeTotals(get, order.task_id, model.ledger, isWhole)));
  }
  problems.push(...(await judgeSlots(dataDirs)));
  say(`${artifacts} artifacts are whole, ${coding.size} tasks worked in slots of a repository`);
  say(`totals of ${exact} of them are what the model counted, those of the others no more than that`);
  if (judged.length !== tasks) problems.push(`${judged.length} of ${tasks} tasks are there`);
  const ends: Record<string, number> = {};
  for (const { order } of judged) {
    const word = `${order.status}${order.error_message === null ? '' : ` (${order.error_message})`}`;
    ends[word] = (ends[word] ?? 0) + 1;
  }
  return { ends, attempts: judged.reduce((sum, { order }) => sum + order.attempt, 0), kills, problems };
}
