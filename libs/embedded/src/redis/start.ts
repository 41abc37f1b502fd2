import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processEnvironment } from '@telltale/runtime/config';
import { endProcess, type Rung } from '../end-process.ts';
import { awaitFirstAnswer } from '../first-answer.ts';
import { onFreePort } from '../free-port.ts';
import { clearPredecessor, removePidNote, writePidNote } from '../pid-note.ts';
import { keptSecret, makePrivateFolder } from '../private-folder.ts';
import { markOf, processesIn } from '../process-table.ts';
import { EmbeddedError, type EmbeddedLog, exitOf, type RunningServer } from '../server.ts';
import { openServerLog, readServerLog } from '../server-log.ts';
import { answersPing } from './ping.ts';
import { findRedisServer, type RedisProgram } from './program.ts';

/** Everything of this Redis lies under `dataDir`: the append-only files, `password` (0600), `redis.conf`, `server.log`. */
export interface RedisOptions {
  dataDir: string;
  /** TCP port on 127.0.0.1; a free one when left out. */
  port?: number;
  /** Write every command to disk (synced once a second), so that a `kill -9` keeps the data. */
  appendOnly: boolean;
  /** Upper bound of the data, e.g. `512mb`; beyond it writes are refused, because nothing is ever evicted. */
  maxMemory?: string;
  /** Lines of redis.conf that win over ours, e.g. `{ databases: '512' }`. */
  settings?: Readonly<Record<string, string>>;
  /** The caller's environment: `PATH` to look for a redis-server, and proxies in case one has to be fetched. This process's when left out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where a fetched redis-server is kept; this clone's `node_modules/.cache/telltale` when left out. */
  cacheDir?: string;
  /** Aborting it ends a start that is under way. */
  signal?: AbortSignal;
  log: EmbeddedLog;
}

// SIGTERM makes Redis sync its files and leave.
const redisLadder = (withinMs = 6000): readonly Rung[] => [
  { signal: 'SIGTERM', waitMs: withinMs },
  { signal: 'SIGKILL', waitMs: 1000 },
];

// Loading a large append-only file takes a while; Redis says LOADING until it is done.
const readyWithinMs = 60_000;

/**
 * Starts a private redis-server in `dataDir` and resolves when it answers: loopback only, with a password, never
 * evicting. It stands in its own process group, so a Ctrl-C in the terminal does not reach it. A server that an ended
 * process left there is stopped first. Throws EmbeddedError; then nothing runs.
 */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const { log } = options;
  makePrivateFolder(options.dataDir);
  const dataDir = realpathSync(options.dataDir);
  const noteFile = join(dataDir, 'server.json');
  await clearPredecessor({ noteFile, what: 'Redis', folder: dataDir, ladder: redisLadder(), log });
  for (const mark of processesIn(dataDir, 'redis-server')) await endProcess(mark, redisLadder());
  const program = await findRedisServer({
    env: options.env ?? processEnvironment(),
    log,
    signal: options.signal,
    ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
  });
  const password = keptSecret(join(dataDir, 'password'));

  const logFile = join(dataDir, 'server.log');
  const { pid, port, exited } = await onFreePort(options.port, async (candidate) => {
    writeConfiguration(join(dataDir, 'redis.conf'), { ...options, dataDir, port: candidate, password });
    const child = spawnRedis(program, dataDir, logFile);
    const ended = exitOf(child);
    const answering = await awaitFirstAnswer({
      child,
      exited: ended,
      answers: () => answersPing(candidate, password),
      withinMs: readyWithinMs,
      signal: options.signal,
      ladder: redisLadder(),
    });
    if (answering === undefined) throw whyNot(logFile, child.logFrom);
    return { pid: answering, port: candidate, exited: ended };
  });
  writePidNote(noteFile, pid);

  let stopping: Promise<void> | undefined;
  const stop = async (withinMs?: number) => {
    const mark = markOf(pid);
    if (mark) await endProcess(mark, redisLadder(withinMs));
    removePidNote(noteFile);
  };
  return {
    url: `redis://:${password}@127.0.0.1:${port}/0`,
    port,
    pid,
    exited,
    stop: (withinMs) => (stopping ??= stop(withinMs)),
  };
}

/** In a file and not as arguments, because arguments are for everybody on the machine to read. */
function writeConfiguration(file: string, options: RedisOptions & { port: number; password: string }): void {
  const lines = [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `requirepass ${options.password}`,
    `dir ${JSON.stringify(options.dataDir)}`,
    `appendonly ${options.appendOnly ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    ...(options.maxMemory === undefined ? [] : [`maxmemory ${options.maxMemory}`]),
    'daemonize no',
    ...Object.entries(options.settings ?? {}).map(([name, value]) => `${name} ${value}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function spawnRedis(program: RedisProgram, dataDir: string, logFile: string): ChildProcess & { logFrom: number } {
  const fd = openServerLog(logFile);
  const logFrom = fstatSync(fd).size;
  const env = { LC_ALL: 'C', ...(program.libraries === undefined ? {} : { LD_LIBRARY_PATH: program.libraries }) };
  const child = spawn(program.file, [join(dataDir, 'redis.conf')], {
    cwd: dataDir,
    env,
    detached: true,
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  return Object.assign(child, { logFrom });
}

function whyNot(logFile: string, from: number): EmbeddedError {
  const lines = readServerLog(logFile, from).trim().split('\n');
  const reason = lines.findLast((line) => /# |\*\*\*|rror/.test(line)) ?? `no answer within ${readyWithinMs / 1000} s`;
  return new EmbeddedError(
    'start_failed',
    `Redis did not start: ${reason.replace(/^.*? # /, '')}; its log is ${logFile}.`,
  );
}
