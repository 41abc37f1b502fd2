import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keeperFlags } from '@telltale/runtime/node-flags';
import { compileCache } from '../stage/stage.ts';
import type { RecorderMessage, RecorderOptions, RecorderProgress } from './recorder-options.ts';

const program = fileURLToPath(new URL('recorder-process.ts', import.meta.url));

export type RecorderProcess = {
  name: string;
  pid: number;
  progress(): RecorderProgress | undefined;
  /** Resolves when everything it issued is behind the door; rejects when the process ended before. */
  done: Promise<void>;
  exited: Promise<NodeJS.Signals | number | null>;
  /** Whether its end was asked for by a fault. */
  wasKilled(): boolean;
  kill(signal?: NodeJS.Signals): void;
  finish(): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts a recorder of the load; resolves when it records. */
export async function startRecorder(options: RecorderOptions, failpoints?: string): Promise<RecorderProcess> {
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    NODE_COMPILE_CACHE: compileCache,
    ...(failpoints === undefined ? {} : { TELLTALE_FAILPOINTS: failpoints }),
  };
  const child: ChildProcess = fork(program, {
    env,
    execArgv: [...keeperFlags],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-4_000)));
  let progress: RecorderProgress | undefined;
  let killed = failpoints !== undefined;
  const exited = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const started = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  child.on('message', (message: RecorderMessage) => {
    if (message.type === 'progress') progress = message;
    else (message.type === 'started' ? started : done).resolve();
  });
  void exited.then((how) => {
    const error = new Error(`recorder ${options.name} ended with ${String(how)}: ${text}`);
    started.reject(error);
    done.reject(error);
  });
  // Whoever waits hears of it; a recorder that nobody waits for may be killed.
  done.promise.catch(() => undefined);
  child.send(options);
  await started.promise;
  const { pid } = child;
  if (pid === undefined) throw new Error(`recorder ${options.name} could not be started`);
  return {
    name: options.name,
    pid,
    progress: () => progress,
    done: done.promise,
    exited,
    wasKilled: () => killed,
    kill(signal = 'SIGKILL') {
      if (signal === 'SIGKILL') killed = true;
      child.kill(signal);
    },
    // One that ended by itself has nobody to send to; `done` says how it ended.
    finish: () => void (child.connected && child.send('finish')),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
