import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, realpathSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../end-process.ts';
import { awaitFirstAnswer } from '../first-answer.ts';
import { onFreePort } from '../free-port.ts';
import { clearPredecessor, removePidNote, writePidNote } from '../pid-note.ts';
import { keptSecret, makePrivateFolder } from '../private-folder.ts';
import { markOf } from '../process-table.ts';
import { EmbeddedError, type EmbeddedLog, exitOf, type RunningServer } from '../server.ts';
import { openServerLog, readServerLog } from '../server-log.ts';
import { waitUntil } from '../wait-until.ts';
import { initialise, postgresUser } from './initialise.ts';
import { clearPostmaster, postgresLadder, postgresProcesses, readLockFile } from './postmaster.ts';
import { type PostgresSeat, type SeatKind, takeSeat } from './seat.ts';

/** Everything of this PostgreSQL lies under `dataDir`: `pgdata`, `password` (0600), `server.log`, `server.json`. */
export interface PostgresOptions {
  dataDir: string;
  /** TCP port on 127.0.0.1; a free one when left out. */
  port?: number;
  /** Server settings that win over ours, e.g. `{ fsync: 'off' }` for a database that may be lost. */
  settings?: Record<string, string>;
  /** Forces an identity instead of the best one that this machine allows. */
  seat?: SeatKind;
  /** Aborting it ends a start that is under way. */
  signal?: AbortSignal;
  log: EmbeddedLog;
}

// Crash recovery reads the whole write-ahead log since the last checkpoint; a slow disk may need this long.
const readyWithinMs = 120_000;

/**
 * Starts a real PostgreSQL in `dataDir`, creating it at the first call, and resolves when it answers. It stands in its
 * own process group, so a Ctrl-C in the terminal does not reach it. A server that an ended process left there is
 * stopped first. Throws EmbeddedError; then nothing runs.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const { log, settings = {} } = options;
  makePrivateFolder(options.dataDir);
  const dataDir = realpathSync(options.dataDir);
  const noteFile = join(dataDir, 'server.json');
  await clearPredecessor({ noteFile, what: 'PostgreSQL', folder: dataDir, ladder: postgresLadder(), log });
  const seat = await takeSeat(dataDir, log, options.seat);
  const data = join(seat.folder, 'pgdata');
  const password = keptSecret(join(dataDir, 'password'));
  await initialise(seat, password, settings, log);
  refuseForeignData(seat, data);
  await clearPostmaster(data, log);

  const logFile = join(dataDir, 'server.log');
  const { pid, port, exited } = await onFreePort(options.port, async (candidate) => {
    const child = spawnPostgres(seat, data, candidate, settings, logFile);
    const ended = exitOf(child);
    const answering = await awaitFirstAnswer({
      child,
      exited: ended,
      answers: () => {
        const lock = readLockFile(data);
        return lock?.pid === child.pid && lock?.status === 'ready';
      },
      withinMs: readyWithinMs,
      signal: options.signal,
      ladder: postgresLadder(),
    });
    if (answering === undefined) throw whyNot(logFile, child.logFrom);
    return { pid: answering, port: candidate, exited: ended };
  });
  writePidNote(noteFile, pid);

  let stopping: Promise<void> | undefined;
  const stop = async (withinMs?: number) => {
    const mark = markOf(pid);
    if (mark) await endProcess(mark, postgresLadder(withinMs));
    // A postmaster that had to be killed leaves backends, which notice within moments.
    await waitUntil(() => postgresProcesses(data).length === 0, 1000);
    removePidNote(noteFile);
  };
  return {
    url: `postgres://${postgresUser}:${password}@127.0.0.1:${port}/${postgresUser}`,
    port,
    pid,
    exited,
    stop: (withinMs) => (stopping ??= stop(withinMs)),
  };
}

/**
 * What PostgreSQL keeps in its own memory: a 32nd of the machine's (or of what the container may use), from 128 to 512 MiB. A page that
 * is not there is copied from the kernel's, which is most of what a question about many pages takes. Only pages that were read take room.
 */
function sharedMegabytes(): number {
  const constrained = process.constrainedMemory();
  const bytes = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.min(512, Math.max(128, Math.floor(bytes / 32 / 2 ** 20)));
}

function spawnPostgres(
  seat: PostgresSeat,
  data: string,
  port: number,
  settings: Record<string, string>,
  logFile: string,
): ChildProcess & { logFrom: number } {
  const effective: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // A socket file has a lock of its own that a killed server leaves behind, and its path may be too long.
    unix_socket_directories: '',
    log_checkpoints: 'off',
    timezone: 'UTC',
    shared_buffers: `${sharedMegabytes()}MB`,
    ...settings,
  };
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(effective).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const command = seat.command('postgres', args);
  const fd = openServerLog(logFile);
  const logFrom = fstatSync(fd).size;
  const child = spawn(command.file, command.args, { ...command.options, detached: true, stdio: ['ignore', fd, fd] });
  closeSync(fd);
  return Object.assign(child, { logFrom });
}

function whyNot(logFile: string, from: number): EmbeddedError {
  const lines = readServerLog(logFile, from).split('\n');
  const reason =
    lines.findLast((line) => /FATAL|ERROR|could not/.test(line)) ?? `no answer within ${readyWithinMs / 1000} s`;
  return new EmbeddedError(
    'start_failed',
    `PostgreSQL did not start: ${reason.replace(/^.*?(FATAL|ERROR):\s*/, '')}; its log is ${logFile}.`,
  );
}

function refuseForeignData(seat: PostgresSeat, data: string): void {
  const owner = statSync(data).uid;
  const expected = seat.kind === 'copy' ? owner : process.geteuid?.();
  if (owner === expected) return;
  throw new EmbeddedError(
    'folder_unusable',
    `${data} belongs to the user with id ${owner}; start as that user, or choose another folder with --data-dir.`,
  );
}
