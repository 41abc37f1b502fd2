import { spawn, type ChildProcess } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { openPipes } from './open-pipe.ts';
import type { OutputSource } from './pipe-reader.ts';
import { startInPty } from './start-in-pty.ts';
import type { RunStreams } from './streams.ts';

export type StartedChild = {
  ok: true;
  /** Emits `exit` with code and signal. */
  child: EventEmitter;
  pid: number;
  stdout: OutputSource | null;
  stderr: OutputSource | null;
  /** Leader of a session and a group of its own. */
  ownSession: boolean;
};
export type FailedStart = { ok: false; exitCode: number; message: string };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  E2BIG: 'Argument list too long',
  ELOOP: 'Too many levels of symbolic links',
};

/** As env(1): 127 when the program cannot be found, 126 when it is there and cannot be run. */
function failure(program: string, error: unknown): FailedStart {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  const name = typeof code === 'string' ? code : 'unknown';
  const notFound = name === 'ENOENT' || name === 'ENOTDIR' || name === 'ERR_INVALID_ARG_VALUE';
  return { ok: false, exitCode: notFound ? 127 : 126, message: `${program}: ${reasons[name] ?? name}` };
}

/** Starts a program by its argv, never through a shell. */
export async function startChild({
  argv,
  cwd,
  env,
  streams,
  folder,
  inside = (start) => start(),
}: {
  argv: readonly string[];
  cwd: string | undefined;
  env: Record<string, string>;
  streams: RunStreams;
  /** For its pipes; without one they are sockets. */
  folder: string | null;
  /** Calls the start where the program is to begin its life. */
  inside?: <T>(start: () => T) => T;
}): Promise<StartedChild | FailedStart> {
  const [program = '', ...args] = argv;
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { ok: false, exitCode: 125, message: `cannot change into ${cwd}: it is no folder; choose another` };
  }
  if (streams.pty !== undefined) {
    const { pty: plan } = streams;
    const { spawn: spawnPty } = await import('@lydell/node-pty');
    const started = inside(() => startInPty({ spawn: spawnPty, argv, cwd: cwd ?? process.cwd(), env, plan }));
    return 'code' in started ? failure(program, started) : { ok: true, ...started, stderr: null, ownSession: true };
  }
  const piped = (['stdout', 'stderr'] as const).filter((name) => streams[name] !== 'inherit');
  const pipes = await openPipes(folder, piped);
  const pipeOf = (name: 'stdout' | 'stderr') => pipes?.[piped.indexOf(name)];
  const stdioOf = (name: 'stdout' | 'stderr') =>
    streams[name] === 'inherit' ? 'inherit' : (pipeOf(name)?.childEnd ?? 'pipe');
  const ownSession = !streams.terminal;
  let child: ChildProcess;
  try {
    child = inside(() =>
      spawn(program, args, {
        ...(cwd === undefined ? {} : { cwd }),
        env,
        stdio: [streams.stdin, stdioOf('stdout'), stdioOf('stderr')],
        detached: ownSession,
        shell: false,
      }),
    );
  } catch (error) {
    for (const pipe of pipes ?? []) pipe.reader.destroy();
    return failure(program, error);
  } finally {
    for (const pipe of pipes ?? []) pipe.closeChildEnd();
  }
  if (child.pid === undefined) {
    const [error] = await once(child, 'error').catch((error: unknown) => [error]);
    for (const pipe of pipes ?? []) pipe.reader.destroy();
    return failure(program, error);
  }
  const readerOf = (name: 'stdout' | 'stderr'): OutputSource | null =>
    streams[name] === 'inherit' ? null : (pipeOf(name)?.reader ?? child[name]);
  return { ok: true, child, pid: child.pid, stdout: readerOf('stdout'), stderr: readerOf('stderr'), ownSession };
}
