import { known } from '@telltale/answers/json-fields';
import type { Emit } from '../agent-lines/agent-lines.ts';
import { reasonOf, wordOf, type LimitName, type LimitReading, type RunLimits } from '../limits/run-limits.ts';
import { isLimit, type EndReason } from './end-reason.ts';
import type { RunIdentity } from './run-records.ts';
import type { RunResult } from './run-result.ts';
import { captureWord, type RunStreams } from './streams.ts';

const taskStatus = (reason: EndReason): 'COMPLETED' | 'CANCELLED' | 'FAILED' => {
  if (reason === 'completed') return 'COMPLETED';
  return reason === 'cancelled' ? 'CANCELLED' : 'FAILED';
};

/** How the watching of a process that somebody else started ended; `detached`: it goes on. */
export type AttachedEnd = { endReason: EndReason; detached: boolean; durationMs: number; survivors: number };

export type LadderStep = {
  step: 'tell' | 'hand_back' | 'handed_back' | 'term' | 'kill';
  reason: string;
  processes?: number;
  limit?: LimitName;
  actor?: string | undefined;
  evidence?: Readonly<Record<string, string | number>>;
};

/** Arguments as a person would type them: one with a space or a quote stands in quotes. For reading only. */
const readable = (argument: string): string =>
  argument !== '' && /^[\w@%+=:,./‹›-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

/** Start and end of a run, and of the task that it was for. */
export function createRunEvents({
  argv,
  redactions,
  identity,
  attempt,
  sendsTaskStatus,
  streams,
  emit,
}: {
  /** As it may leave this process. */
  argv: readonly string[];
  /** How many secrets were taken out of `argv`. */
  redactions: number;
  identity: RunIdentity;
  attempt: number | undefined;
  /** Start and end of the run are those of its task too. */
  sendsTaskStatus: boolean;
  streams: RunStreams;
  emit: Emit;
}) {
  const task = (
    status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED',
    more: { error_message?: string | undefined; data?: Record<string, unknown> } = {},
  ): void => {
    if (identity.task_id === undefined || !sendsTaskStatus) return;
    emit({ kind: 'task_event', event_type: 'status', status, ...known({ attempt, ...more }) });
  };

  const warnings: string[] = [];
  const say = (level: 'warning' | 'error', message: string): void => {
    emit({ kind: 'log_entry', level, source: 'system', message });
  };

  const whyFailed = ({ startError, signal, exitCode, endReason }: RunResult): string | undefined => {
    if (endReason === 'completed' || endReason === 'cancelled') return undefined;
    if (startError !== null) return startError;
    if (isLimit(endReason)) return `the run was ended by its limit: ${endReason}`;
    return signal === null ? `the program exited with code ${exitCode}` : `the program was ended by ${signal}`;
  };

  return {
    /** `at`: when it was; `metered`: the upstreams whose calls go through the metering proxy; `limits`: what it may use at most. */
    started({
      pid,
      at,
      metered,
      limits = {},
    }: {
      pid: number | null;
      at: string;
      metered: readonly string[];
      limits?: RunLimits;
    }): void {
      emit({
        kind: 'run_event',
        at,
        event: 'started',
        command: argv.map(readable).join(' '),
        ...(pid === null ? {} : { pid }),
        ...(Object.keys(known(limits)).length === 0 ? {} : { evidence: { limits: known(limits) } }),
        attributes: {
          output_capture: captureWord(streams),
          ...(metered.length > 0 ? { metered: metered.join(' ') } : {}),
          ...(redactions > 0 ? { redactions } : {}),
        },
      });
      task('RUNNING');
    },
    /** A process that was there already is watched from now on. */
    attached(pid: number, enforced: boolean): void {
      emit({
        kind: 'run_event',
        event: 'attached',
        command: argv.map(readable).join(' '),
        pid,
        attributes: {
          output_capture: captureWord(streams),
          exit_code: 'unknown',
          enforced,
          ...(redactions > 0 ? { redactions } : {}),
        },
      });
    },
    /** It ended, or is watched no more. Who did not start it is not told its exit code. */
    attachedEnded({ pid, endReason, detached, durationMs, survivors }: AttachedEnd & { pid: number }): void {
      if (survivors > 0 && !detached) say('warning', `${processes(survivors)} outlived the one that was watched`);
      const attributes = { duration_ms: Math.round(durationMs), exit_code: 'unknown', detached, survivors };
      emit({ kind: 'run_event', event: 'ended', reason: endReason, pid, attributes });
    },
    warn(message: string): void {
      warnings.push(message);
      say('warning', message);
    },
    /** All that was warned of so far. */
    warnings: (): readonly string[] => warnings,
    /** Somebody held the run still, or let it go on. */
    paused(event: 'paused' | 'resumed', actor: string): void {
      emit({ kind: 'run_event', event, actor });
    },
    /** A step of the ladder; `processes` are those that it was meant for. */
    step({ step, reason, processes, limit, actor, evidence }: LadderStep): void {
      const named = limit === undefined ? undefined : wordOf(limit);
      const told = evidence === undefined ? {} : { evidence: { ...evidence } };
      const facts = known({ value: processes, limit: named, actor });
      emit({ kind: 'run_event', event: 'step', step, reason, ...facts, ...told });
    },
    /** A limit is near (`warn`) or exceeded. */
    limit({ limit, value, cap, evidence }: LimitReading, exceeded: boolean): void {
      const rounded = Math.round(value * 1e6) / 1e6;
      const how = exceeded ? { reason: reasonOf(limit) } : { step: 'warn' };
      const told = evidence === undefined ? {} : { evidence: { ...evidence } };
      emit({ kind: 'run_event', event: 'limit', limit: wordOf(limit), value: rounded, cap, ...how, ...told });
    },
    /** What was warned of is over. */
    clear(limit: LimitName): void {
      emit({ kind: 'run_event', event: 'limit', limit: wordOf(limit), step: 'clear' });
    },
    ended(result: RunResult, code: number | null, outOfMemoryKills = 0): void {
      if (result.startError !== null) say('error', `the program could not be started: ${result.startError}`);
      if (result.outputError !== null) say('error', result.outputError);
      if (result.leftRunning > 0)
        say('warning', `${processes(result.leftRunning)} of the run outlived its program; ${whatBecame(result)}`);
      const data = { end_reason: result.endReason, exit_code: result.exitCode };
      task(taskStatus(result.endReason), { error_message: whyFailed(result), data });
      emit({
        kind: 'run_event',
        event: 'ended',
        reason: result.endReason,
        ...known({
          pid: result.pid ?? undefined,
          exit_code: result.signal === null ? (code ?? undefined) : undefined,
          signal: result.signal ?? undefined,
        }),
        attributes: {
          duration_ms: Math.round(result.durationMs),
          output_lines: result.lines,
          output_bytes: result.outputBytes,
          left_running: result.leftRunning,
          survivors: result.survivors,
          ...(outOfMemoryKills > 0 ? { out_of_memory_kills: outOfMemoryKills } : {}),
          redacted: result.redactions,
          ...(result.startError === null ? {} : { start_error: result.startError }),
        },
      });
    },
  };
}
const processes = (count: number): string => `${count} ${count === 1 ? 'process' : 'processes'}`;

const whatBecame = ({ leftRunning, survivors }: RunResult): string => {
  if (leftRunning === 1) return survivors === 0 ? 'it was ended' : 'it still runs';
  if (survivors === 0) return 'they were ended';
  return survivors === leftRunning ? 'they still run' : `${survivors} of them still run`;
};

export type RunEvents = ReturnType<typeof createRunEvents>;
