import { isStopped } from './is-stopped.ts';
import type { RunStreams } from './streams.ts';

/** What a terminal or a supervisor sends to everything that runs. */
const toAll = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM'] as const;
/** What is meant for the program alone. */
const toProgram = ['SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

export type Target = {
  pid: number;
  ownSession: boolean;
  /** Lets a paused run go on. */
  thaw?: () => void;
};

/** What asks a program to end: one that is stopped hears of it only when it goes on. */
const toEnd: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP'];

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended a moment ago: there is nobody to tell.
  }
}

/**
 * Makes this process stand for its child: what is sent to it reaches the child. Handlers are there before the child is,
 * so that a signal in between ends neither without the other. With a terminal the child is in our group and gets
 * Ctrl-C, Ctrl-\ and hang-ups by itself; INT and QUIT are then only ignored here. The terminal around a pseudo-terminal is
 * given back before we stop. Who is stopped is let go on when it is asked to end.
 */
export function forwardSignals({ terminal, pty }: Pick<RunStreams, 'terminal' | 'pty'>): {
  to(target: Target): void;
  /** Aborted, with its name, by the first signal that asks for an end while there is no child. */
  asked: AbortSignal;
  [Symbol.dispose](): void;
} {
  let target: Target | undefined;
  let early: NodeJS.Signals[] = [];
  const asked = new AbortController();
  const handlers: [NodeJS.Signals, () => void][] = [];

  const on = (signal: NodeJS.Signals, handler: () => void): void => {
    process.on(signal, handler);
    handlers.push([signal, handler]);
  };

  const forward = (signal: NodeJS.Signals): void => {
    if (target === undefined) {
      early.push(signal);
      if ((toAll as readonly NodeJS.Signals[]).includes(signal)) asked.abort(signal);
      return;
    }
    const { pid, ownSession, thaw } = target;
    const to = ownSession && !toProgram.includes(signal as (typeof toProgram)[number]) ? -pid : pid;
    send(to, signal);
    if (!toEnd.includes(signal)) return;
    thaw?.();
    if (isStopped(pid)) send(to, 'SIGCONT');
  };

  for (const signal of toAll) {
    const fromTerminal = terminal && (signal === 'SIGINT' || signal === 'SIGQUIT');
    // Until there is a child nobody else hears of it.
    on(signal, () => (fromTerminal && target !== undefined ? undefined : forward(signal)));
  }
  for (const signal of toProgram) if (!(terminal && signal === 'SIGWINCH')) on(signal, () => forward(signal));
  if (!terminal) {
    // Ctrl-Z reaches us and not the child's session: stop it, then ourselves.
    on('SIGTSTP', () => {
      if (target !== undefined) send(-target.pid, 'SIGSTOP');
      pty?.away();
      process.kill(process.pid, 'SIGSTOP');
    });
    on('SIGCONT', () => {
      if (target !== undefined) send(-target.pid, 'SIGCONT');
    });
  }

  return {
    asked: asked.signal,
    to(child) {
      target = child;
      for (const signal of early) forward(signal);
      early = [];
    },
    [Symbol.dispose]() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
