import type { EndReason } from './end-reason.ts';

export type RunResult = {
  /**
   * As a shell tells it: the program's own, 128 + n after a signal, 125–127 when it could not be started, 125 when it ended
   * with 0 and its output could not be passed on whole, 124 when a limit ended it.
   */
  exitCode: number;
  signal: NodeJS.Signals | null;
  endReason: EndReason;
  pid: number | null;
  /** Why it could not be started, for the person. */
  startError: string | null;
  /** Why output of the program did not get where it should go, for the person; null when it did. */
  outputError: string | null;
  durationMs: number;
  lines: number;
  outputBytes: number;
  /** Processes of the tree that outlived the program. */
  leftRunning: number;
  /** Those of them that could not be ended, or were left on purpose. */
  survivors: number;
  /** Processes that were left on purpose, and go on. */
  orphans: readonly number[];
  redactions: number;
  /** What the run was warned of that a limit or budget does not hold, for the person. */
  warnings: readonly string[];
};
