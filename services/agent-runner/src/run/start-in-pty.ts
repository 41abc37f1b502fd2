import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import type { spawn as spawnPty } from '@lydell/node-pty';
import { findProgram } from './find-program.ts';

/** The terminal that a program in a pseudo-terminal is shown on. */
export type PtyPlan = {
  columns: number;
  rows: number;
  /** Hands on what is typed until it is disposed; from then on the terminal does not echo it nor act on it. */
  onInput(take: (bytes: Buffer) => void): Disposable;
  onResize(take: (columns: number, rows: number) => void): Disposable;
  /** Ctrl-Z was typed, and handed on like any key. */
  onSuspendKey(take: () => void): Disposable;
  /** How many pieces of output were handed on to the screen so far, and how many of those are under way. */
  shown(): { begun: number; underWay: number };
  /** The program was stopped and we are about to: whoever stands before the terminal gets it as it was. */
  away(): void;
  /** We were continued: takes it again, unless that happened in the background. */
  back(): void;
};

export type PtyChild = {
  /** Emits `exit` with code and name of the signal, as a child process does. */
  child: EventEmitter;
  pid: number;
  stdout: Readable;
};

/** Held in memory for a screen that is slower than the program; beyond it the program waits. */
const mostHeldBytes = 4 * 1024 * 1024;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Starts a program in a pseudo-terminal of its own, so that what it prints can be read and it still has a terminal. */
export function startInPty({
  spawn,
  argv,
  cwd,
  env,
  plan,
}: {
  /** Of the native library, which is loaded for the few runs that need it. */
  spawn: typeof spawnPty;
  argv: readonly string[];
  cwd: string;
  env: Record<string, string>;
  plan: PtyPlan;
}): PtyChild | { code: 'ENOENT' | 'EACCES' } {
  const [program = '', ...args] = argv;
  // What is started there cannot say any more that it could not be.
  const found = findProgram(program, { path: env['PATH'], cwd });
  if ('code' in found) return found;
  const { columns, rows } = plan;
  const pty = spawn(program, args, { cols: columns, rows, cwd, env, name: env['TERM'] ?? 'xterm', encoding: null });
  const child = new EventEmitter();
  const stdout = new Readable({ highWaterMark: mostHeldBytes, read: () => pty.resume() });
  // Without an encoding it hands out bytes and takes them, whatever its types say.
  pty.onData((data: unknown) => {
    if (!stdout.destroyed && Buffer.isBuffer(data) && !stdout.push(data)) pty.pause();
  });
  const input = plan.onInput((bytes) => pty.write(bytes as unknown as string));
  const resized = plan.onResize((wide, high) => pty.resize(wide, high));
  pty.onExit(({ exitCode, signal }) => {
    input[Symbol.dispose]();
    resized[Symbol.dispose]();
    if (!stdout.destroyed) stdout.push(null);
    const name = signal === undefined || signal === 0 ? null : (signalNames.get(signal) ?? null);
    child.emit('exit', name === null ? exitCode : null, name);
  });
  return { child, pid: pty.pid, stdout };
}
