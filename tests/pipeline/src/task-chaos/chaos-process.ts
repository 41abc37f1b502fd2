import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { repositoryRoot } from '../start-product.ts';

export type ChaosProcess = AsyncDisposable & {
  name: string;
  /** SIGKILL; it is started again a little later. */
  kill(): void;
  /** Resolves when it says that it has started. */
  started(): Promise<void>;
};

/** A service as a process that is started again whenever it ends, until it is disposed. */
export function keepProcess(options: {
  name: string;
  service: string;
  env: Record<string, string>;
  logFile: string;
  /** Between an end and the next start, in ms. */
  restartMs: () => number;
}): ChaosProcess {
  const { name, service, env, logFile, restartMs } = options;
  const stop = new AbortController();
  let child: ChildProcess | null = null;
  let first = Promise.withResolvers<void>();

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const main = join(repositoryRoot, 'services', service, 'src/main.ts');
      child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      const note = (chunk: Buffer): void => appendFileSync(logFile, chunk);
      child.stdout?.on('data', note);
      child.stderr?.on('data', note);
      child.once('message', () => first.resolve());
      await once(child, 'exit');
      await systemClock.sleep(restartMs(), stop.signal).catch(() => undefined);
    }
  };
  const running = run();

  return {
    name,
    kill() {
      first = Promise.withResolvers<void>();
      child?.kill('SIGKILL');
    },
    started: () => first.promise,
    async [Symbol.asyncDispose]() {
      stop.abort();
      child?.kill('SIGTERM');
      await running;
    },
  };
}
