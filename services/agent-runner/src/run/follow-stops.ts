import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { isStopped } from './is-stopped.ts';
import type { RunStreams } from './streams.ts';
import { suspendSession } from './suspend-session.ts';

/** A stop that no signal told of is noticed after two looks. */
const lookMs = 250;
const showLookMs = 30;
const mostShowLooks = 30;

/**
 * In a terminal the shell watches us, not the program: when the program stops itself (an editor's Ctrl-Z), we stop too, so
 * that the shell takes the terminal back; when the shell continues us, the program goes on. The terminal around a
 * pseudo-terminal is given back and taken again. On a busy machine the signal may come while the program still runs, so its
 * state is looked at now and then too. Null outside of a terminal.
 */
export function followStops(
  pid: number,
  {
    streams: { terminal, pty },
    isPaused,
    clock,
    log,
  }: { streams: Pick<RunStreams, 'terminal' | 'pty'>; isPaused: () => boolean; clock: Clock; log: Log },
): AsyncDisposable | null {
  if (!terminal && pty === undefined) return null;
  let seen = 0;
  let stops = 0;
  /** From our stop until we heard that we go on: signals from before that come first, and must not stop us again. */
  let standing = false;
  // Who was stopped by us is to be let go on by us, so we must not stand still too.
  const stands = (): boolean => !standing && isStopped(pid) && !isPaused();
  /** What the program printed before it stopped belongs on the screen before the shell has it: how to leave it, above all. */
  const shown = async (): Promise<void> => {
    let quiet = 0;
    for (let before = -1, look = 0; pty !== undefined && quiet < 2 && look < mostShowLooks; look += 1) {
      await clock.sleep(showLookMs);
      const { begun, underWay } = pty.shown();
      quiet = begun === before && underWay === 0 ? quiet + 1 : 0;
      before = begun;
    }
  };
  const stop = (): void => {
    standing = true;
    stops += 1;
    seen = 0;
    const stand = (): void => {
      pty?.away();
      process.kill(process.pid, 'SIGSTOP');
    };
    if (pty === undefined) return stand();
    void shown().then(() => {
      if (isStopped(pid)) stand();
      else standing = false;
    });
  };
  const onChild = (): void => {
    if (stands()) stop();
  };
  const onContinue = (): void => {
    standing = false;
    seen = 0;
    pty?.back();
    // Who is in our group was continued with us.
    if (!isStopped(pid)) return;
    try {
      process.kill(pty === undefined ? pid : -pid, 'SIGCONT');
    } catch {
      // It ended while we were stopped.
    }
  };
  const turn = async (): Promise<void> => {
    seen = stands() ? seen + 1 : 0;
    // Twice: what was told to go on a moment ago may not have done so yet.
    if (seen > 1) stop();
  };
  const suspending = pty?.onSuspendKey(() => {
    const before = stops;
    void suspendSession(pid, { isOver: () => stops > before, clock });
  });
  process.on('SIGCHLD', onChild);
  process.on('SIGCONT', onContinue);
  const loop = startLoop({ name: 'stopped program', turn, everyMs: lookMs, clock, log });
  return {
    async [Symbol.asyncDispose]() {
      suspending?.[Symbol.dispose]();
      process.off('SIGCHLD', onChild);
      process.off('SIGCONT', onContinue);
      await loop[Symbol.asyncDispose]();
    },
  };
}
