import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import { endProcess } from '@telltale/embedded/end-process';
import { markOf, type ProcessMark } from '@telltale/embedded/process-table';
import { exitOf, type ServerExit } from '@telltale/embedded/server';
import { metricsReply } from '@telltale/runtime/expose-metrics';
import { nodeFlags } from '@telltale/runtime/node-flags';
import { openServerLog, readServerLog } from '@telltale/embedded/server-log';

/** One of the four services: its name, its entry file, and the variables it is configured by. */
export interface ServiceSpec {
  name: string;
  main: string;
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
}

/** A service as a child process. */
export interface ServiceProcess {
  mark: ProcessMark | undefined;
  exited: Promise<ServerExit>;
  /** Resolves to true once the service says that it has started, to false when it ended before. */
  started: Promise<boolean>;
  /** The last thing it complained about. */
  complaint(): string;
  /** Its metrics as text; empty when it shows none. */
  readMetrics(): Promise<string>;
  /** SIGTERM, and SIGKILL when that is not obeyed in time. */
  stop(withinMs: number): Promise<void>;
}

/**
 * Starts a service. It has an ipc channel, whose end tells it that its parent is gone, however that died; and a process
 * group of its own, so that a Ctrl-C reaches `up` alone and the services stop in order.
 */
export function startServiceProcess(spec: ServiceSpec): ServiceProcess {
  const fd = openServerLog(spec.logFile);
  const logFrom = fstatSync(fd).size;
  const child = spawn(process.execPath, [...nodeFlags, spec.main], {
    env: spec.env,
    detached: true,
    stdio: ['ignore', fd, fd, 'ipc'],
  });
  closeSync(fd);
  const mark = child.pid === undefined ? undefined : markOf(child.pid);
  const exited = exitOf(child);
  return {
    mark,
    exited,
    started: Promise.race([saidStarted(child), exited.then(() => false)]),
    complaint: () => lastComplaint(readServerLog(spec.logFile, logFrom)),
    readMetrics: metricsReader(child),
    async stop(withinMs) {
      if (!mark) return;
      await endProcess(mark, [
        { signal: 'SIGTERM', waitMs: withinMs },
        { signal: 'SIGKILL', waitMs: 1000 },
      ]);
    },
  };
}

/** Asks over ipc; the answer of a service that ends meanwhile is empty. */
function metricsReader(child: ChildProcess): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>();
  let id = 0;
  child.on('message', (message) => {
    const answer = metricsReply.safeParse(message).data;
    if (answer === undefined) return;
    waiting.get(answer.id)?.(answer.text);
    waiting.delete(answer.id);
  });
  child.once('exit', () => waiting.forEach((answer) => answer('')));
  return async () => {
    if (!child.connected) return '';
    id += 1;
    return new Promise<string>((resolve) => {
      waiting.set(id, resolve);
      child.send({ type: 'metrics?', id }, (error) => error && resolve(''));
    });
  };
}

async function saidStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'started')
        resolve(true);
    });
  });
}

/** The message of the last line at level error or worse; services write JSON lines, Node itself plain text. */
function lastComplaint(text: string): string {
  const lines = text.trim().split('\n');
  for (const line of lines.toReversed()) {
    try {
      const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
      if (typeof entry.level === 'number' && entry.level < 50) continue;
      const parts = [entry.msg, entry.err?.message].filter((part) => typeof part === 'string');
      if (parts.length > 0) return parts.join(': ');
    } catch {
      const error = /^\w*Error.*$/m.exec(line)?.[0];
      if (error !== undefined) return error;
    }
  }
  return lines.at(-1) ?? '';
}
