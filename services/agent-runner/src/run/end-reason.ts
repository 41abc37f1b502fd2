import { constants } from 'node:os';
import type { endReason } from '@telltale/contracts/records/run-event';
import type { z } from 'zod';

export type EndReason = z.output<typeof endReason>;

/** Signals that a program raises by what it does; all others come from outside. */
const ownSignals: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGSYS',
  'SIGTRAP',
  'SIGPIPE',
  'SIGALRM',
  'SIGXCPU',
  'SIGXFSZ',
]);

/** Why a run ended, of the reasons that need no limit: `asked` says that Telltale itself was told to stop it. */
export function endReasonOf({
  code,
  signal,
  asked,
}: {
  code: number | null;
  signal: NodeJS.Signals | null;
  asked: boolean;
}): EndReason {
  if (asked) return 'cancelled';
  if (signal !== null) return ownSignals.has(signal) ? 'failed' : 'killed';
  return code === 0 ? 'completed' : 'failed';
}

/** The exit code of a shell: the program's own, or 128 + the number of the signal that ended it. */
export function shellExitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
