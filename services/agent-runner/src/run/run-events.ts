import { known } from '../agent-lines/json-fields.ts';
import type { Emit } from '../agent-lines/agent-lines.ts';
import type { EndReason } from './end-reason.ts';
import type { RunIdentity } from './run-records.ts';
import type { RunResult } from './run-result.ts';
import { captureWord, type RunStreams } from './streams.ts';

const taskStatus = (reason: EndReason): 'COMPLETED' | 'CANCELLED' | 'FAILED' => {
  if (reason === 'completed') return 'COMPLETED';
  return reason === 'cancelled' ? 'CANCELLED' : 'FAILED';
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
  streams,
  metered,
  emit,
}: {
  /** As it may leave this process. */
  argv: readonly string[];
  /** How many secrets were taken out of `argv`. */
  redactions: number;
  identity: RunIdentity;
  attempt: number | undefined;
  streams: RunStreams;
  /** The upstreams whose calls go through the metering proxy. */
  metered: readonly string[];
  emit: Emit;
}) {
  const task = (status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED', errorMessage?: string): void => {
    if (identity.task_id === undefined) return;
    emit({ kind: 'task_event', event_type: 'status', status, ...known({ attempt, error_message: errorMessage }) });
  };

  const say = (level: 'warning' | 'error', message: string): void => {
    emit({ kind: 'log_entry', level, source: 'system', message });
  };

  const whyFailed = ({ startError, signal, exitCode, endReason }: RunResult): string | undefined => {
    if (endReason === 'completed' || endReason === 'cancelled') return undefined;
    if (startError !== null) return startError;
    return signal === null ? `the program exited with code ${exitCode}` : `the program was ended by ${signal}`;
  };

  return {
    started(pid: number | null): void {
      emit({
        kind: 'run_event',
        event: 'started',
        command: argv.map(readable).join(' '),
        ...(pid === null ? {} : { pid }),
        attributes: {
          output_capture: captureWord(streams),
          ...(metered.length > 0 ? { metered: metered.join(' ') } : {}),
          ...(redactions > 0 ? { redactions } : {}),
        },
      });
      task('RUNNING');
    },
    step(step: 'term' | 'kill', processes: number, actor: string | undefined): void {
      emit({ kind: 'run_event', event: 'step', step, reason: 'cancelled', value: processes, ...known({ actor }) });
    },
    ended(result: RunResult, code: number | null): void {
      if (result.startError !== null) say('error', `the program could not be started: ${result.startError}`);
      if (result.outputError !== null) say('error', result.outputError);
      if (result.leftRunning > 0) say('warning', `${result.leftRunning} processes of the run outlived its program`);
      task(taskStatus(result.endReason), whyFailed(result));
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
          redacted: result.redactions,
          ...(result.startError === null ? {} : { start_error: result.startError }),
        },
      });
    },
  };
}
export type RunEvents = ReturnType<typeof createRunEvents>;
