import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A child process of the bench that said it had started. */
export type Child = { pid: number; process: ChildProcess; exited: Promise<number | null>; stop(): Promise<void> };

/** Log lines are JSON with a level, 40 and up being trouble; anything else that a process says is trouble too. */
function showTrouble(line: string): void {
  const level = /^\{"level":(\d+),/.exec(line)?.[1];
  if (level === undefined || Number(level) >= 40) console.error(line);
}

/** Starts a TypeScript file as a process and waits for its `started` message. Of its log, warnings and worse are shown. */
export async function startChild(
  file: URL,
  options: {
    args?: readonly string[];
    env?: NodeJS.ProcessEnv;
    /** Node's own; this process's when left out. */
    nodeFlags?: readonly string[];
    /** Hears what the child sends besides. */
    onMessage?: (message: Record<string, unknown>) => void;
  } = {},
): Promise<Child> {
  const child = fork(fileURLToPath(file), [...(options.args ?? [])], {
    ...(options.nodeFlags === undefined ? {} : { execArgv: [...options.nodeFlags] }),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', showTrouble);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const started = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object') options.onMessage?.({ ...message });
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
