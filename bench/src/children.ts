import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A child process of the bench that said it had started. */
export type Child = { pid: number; process: ChildProcess; exited: Promise<number | null>; stop(): Promise<void> };

/** Starts a TypeScript file as a process and waits for its `started` message. What it prints goes to stderr. */
export async function startChild(
  file: URL,
  options: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Child> {
  const child = fork(fileURLToPath(file), [...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const started = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'type' in message && message.type === 'started') resolve();
    });
  });
  const ended = exited.then((code) => {
    throw new Error(`${fileURLToPath(file)} ended with code ${code} before it had started`);
  });
  await Promise.race([started, ended]);
  ended.catch(() => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${fileURLToPath(file)} could not be started`);
  return {
    pid,
    process: child,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
