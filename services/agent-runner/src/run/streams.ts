import { isatty } from 'node:tty';
import { openScreen } from './open-screen.ts';
import type { PtyPlan } from './start-in-pty.ts';
import type { Clock } from '@telltale/runtime/clock';
import { createFdSink, type ByteSink } from './byte-sink.ts';

/** An output that is inherited is not captured; one with a sink is read, recorded and passed on byte for byte. */
export type OutputPlan = 'inherit' | ByteSink | null;

export type RunStreams = {
  /** A number is an open file. */
  stdin: 'inherit' | 'ignore' | number;
  /** null: read and recorded, and not passed on. */
  stdout: OutputPlan;
  stderr: OutputPlan;
  /** A terminal is among them: the child keeps session and foreground group, so that job control works. */
  terminal: boolean;
  /** The program gets a terminal of its own, whose output is read as `stdout`. */
  pty?: PtyPlan;
};

/** The streams of this process: what is a terminal stays one, the rest is read and passed on. */
export function standardStreams(clock: Clock): RunStreams {
  const planOf = (fd: number): OutputPlan => (isatty(fd) ? 'inherit' : createFdSink(fd, clock));
  return {
    stdin: 'inherit',
    stdout: planOf(1),
    stderr: planOf(2),
    terminal: [0, 1, 2].some((fd) => isatty(fd)),
  };
}

/**
 * The streams of a program that runs in a pseudo-terminal: what it prints is read and passed on byte for byte, what is typed
 * reaches it, and its size is that of the screen. Disposing gives the screen back as it was.
 */
export function ptyStreams(clock: Clock): RunStreams & Disposable {
  const screen = openScreen();
  const sink = createFdSink(1, clock);
  let begun = 0;
  let underWay = 0;
  return {
    stdin: 'ignore',
    stdout: {
      async write(chunk) {
        begun += 1;
        underWay += 1;
        await sink.write(chunk).finally(() => (underWay -= 1));
      },
    },
    stderr: null,
    terminal: false,
    pty: { ...screen, shown: () => ({ begun, underWay }) },
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/** Which outputs of a run are recorded, in the words of a run's `output_capture`. */
export function captureWord({ stdout, stderr }: RunStreams): 'captured' | 'stdout' | 'stderr' | 'not captured' {
  if (stdout !== 'inherit' && stderr !== 'inherit') return 'captured';
  if (stdout !== 'inherit') return 'stdout';
  return stderr !== 'inherit' ? 'stderr' : 'not captured';
}
