import { TelltaleError } from '@telltale/contracts/errors';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { Clock } from '@telltale/runtime/clock';
import type { RunEnd } from '../keeper/protocol.ts';

const lookEveryMs = 500;

export type ReportedEnd = Pick<
  RunEnd,
  'end_reason' | 'exit_code' | 'started_at' | 'ended_at' | 'duration_ms' | 'lines' | 'output_bytes'
>;

/** What one run of a task used. Sums are null when the gateway did not know the end of the run in time. */
export type UsageReport = {
  task_id: string;
  run_id: string;
  end_reason: string;
  exit_code: number | null;
  started_at: string;
  ended_at: string;
  duration_ms: number;
  output_lines: number;
  output_bytes: number;
  usage: Readonly<Record<string, unknown>> | null;
};

type Asked = {
  api: Pick<TelltaleApi, 'run'>;
  clock: Clock;
  /** So long it is asked for the sums. */
  longestMs: number;
};

/** A key that may not read learns nothing by asking again. */
const isRefused = (error: unknown): boolean =>
  error instanceof TelltaleError && (error.code === 'forbidden' || error.code === 'unauthenticated');

/** Asks for the run's sums until they stand, which is a moment after its end. */
async function sumsOf(
  { api, clock, longestMs }: Asked,
  runId: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | null> {
  const until = clock.monotonic() + longestMs;
  while (clock.monotonic() < until) {
    const row = await api.run(runId).catch((error: unknown) => (isRefused(error) ? 'refused' : null));
    if (row === 'refused') return null;
    if (row?.status === 'ended') {
      const { llm_calls, llm_errors, input_tokens, output_tokens, total_tokens, cost_usd, unpriced_calls } = row;
      const { tool_calls, tool_errors, service_calls, git_commits, peak_memory_bytes, peak_cpu_percent } = row;
      const llm = { llm_calls, llm_errors, input_tokens, output_tokens, total_tokens, cost_usd, unpriced_calls };
      return { ...llm, tool_calls, tool_errors, service_calls, git_commits, peak_memory_bytes, peak_cpu_percent };
    }
    await clock.sleep(lookEveryMs, signal);
  }
  return null;
}

export async function usageReport(
  asked: Asked,
  { taskId, runId, end, signal }: { taskId: string; runId: string; end: ReportedEnd; signal: AbortSignal },
): Promise<UsageReport> {
  const { end_reason, exit_code, started_at, ended_at, duration_ms, lines, output_bytes } = end;
  return {
    task_id: taskId,
    run_id: runId,
    end_reason,
    exit_code,
    started_at,
    ended_at,
    duration_ms,
    output_lines: lines,
    output_bytes,
    usage: await sumsOf(asked, runId, signal),
  };
}
