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

/** Why a run ended: what Telltale ended it for, else what the program and the kernel say. */
export function endReasonOf({
  code,
  signal,
  asked,
  outOfMemory,
}: {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why Telltale itself ended it; null when it did not. */
  asked: EndReason | null;
  /** The kernel says that it killed for want of memory. */
  outOfMemory: boolean;
}): EndReason {
  if (asked !== null) return asked;
  if (outOfMemory && signal === 'SIGKILL') return 'memory';
  if (signal !== null) return ownSignals.has(signal) ? 'failed' : 'killed';
  return code === 0 ? 'completed' : 'failed';
}

/** The exit code of a run that one of its limits ended, as `timeout` has it. */
const limitExitCode = 124;
const ofLimits: ReadonlySet<EndReason> = new Set<EndReason>([
  'timeout',
  'idle',
  'cpu',
  'memory',
  'processes',
  'output',
  'tokens',
  'budget',
]);
/** Whether a reason is that a limit was exceeded. */
export const isLimit = (reason: EndReason): boolean => ofLimits.has(reason);

/** The exit code of a shell: the program's own, or 128 + the number of the signal that ended it. */
function shellExitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

/** What a run exits with: its program's own code, unless a limit ended it or its output was lost on the way. */
export function exitCodeOf({
  code,
  signal,
  endReason,
  asked,
  outputError,
}: {
  code: number | null;
  signal: NodeJS.Signals | null;
  endReason: EndReason;
  asked: EndReason | null;
  outputError: string | null;
}): number {
  if (asked !== null && isLimit(endReason)) return limitExitCode;
  const own = shellExitCode(code, signal);
  return own === 0 && outputError !== null ? 125 : own;
}
