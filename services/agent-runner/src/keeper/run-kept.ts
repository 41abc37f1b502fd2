import { homedir } from 'node:os';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Environment } from '../run/child-environment.ts';
import type { RunControl } from '../run/run-control.ts';
import { runWatched } from '../run/run-watched.ts';
import type { Sampler } from '../tree/sampler.ts';
import type { RunEnd, RunSpec } from './protocol.ts';
import { openRunFiles } from './run-files.ts';
import type { TeamRecorder } from './team-recorders.ts';

/** Runs what was asked for and resolves to its end; whatever goes wrong is an end too. */
export async function runKept({
  runId,
  spec,
  startedAt,
  recorder,
  sampler,
  env,
  url,
  signal,
  onRunning,
  onOrphans,
  clock,
  log,
}: {
  runId: string;
  spec: RunSpec;
  startedAt: string;
  recorder: TeamRecorder;
  sampler: Sampler;
  /** Of the keeper. */
  env: Environment;
  /** Of the gateway. */
  url: string;
  signal: AbortSignal;
  onRunning: (control: RunControl, pid: number) => void;
  /** It was to leave what outlives it, and did. */
  onOrphans: (pids: readonly number[]) => void;
  clock: Clock;
  log: Log;
}): Promise<RunEnd> {
  using files = openRunFiles(spec, clock);
  const result = await runWatched({
    argv: spec.argv,
    cwd: spec.cwd ?? homedir(),
    env: spec.env ?? env,
    identity: { ...spec.identity, run_id: runId },
    ...(spec.agent_ids === undefined ? {} : { agentIds: spec.agent_ids }),
    ...(spec.attempt === undefined ? {} : { attempt: spec.attempt }),
    ...(spec.sends_task_status === undefined ? {} : { sendsTaskStatus: spec.sends_task_status }),
    ...(spec.limits === undefined ? {} : { limits: spec.limits }),
    ...(spec.grace_ms === undefined ? {} : { graceMs: spec.grace_ms }),
    ...(spec.hand_back_ms === undefined ? {} : { handBackMs: spec.hand_back_ms }),
    ...(spec.capture === undefined ? {} : { capture: spec.capture }),
    ...(spec.proxy === undefined ? {} : { proxy: spec.proxy }),
    plain: spec.plain ?? false,
    orchestrator: spec.orchestrator ?? false,
    keepOrphans: spec.keep_orphans ?? false,
    streams: files.streams,
    emit: (record) => void recorder.record(record),
    room: () => recorder.room(),
    sampler,
    telltaleUrl: url,
    terms: recorder.terms,
    signal,
    onRunning,
    clock,
    log,
  });
  if (result.orphans.length > 0) onOrphans(result.orphans);
  return {
    run_id: runId,
    end_reason: result.endReason,
    exit_code: result.exitCode,
    signal: result.signal,
    pid: result.pid,
    start_error: result.startError,
    output_error: result.outputError,
    duration_ms: result.durationMs,
    lines: result.lines,
    output_bytes: result.outputBytes,
    left_running: result.leftRunning,
    survivors: result.survivors,
    started_at: startedAt,
    ended_at: new Date(clock.now()).toISOString(),
  };
}

/** The end of a run that could not even be tried. */
export const failedEnd = (runId: string, startedAt: string, error: unknown, clock: Clock): RunEnd => ({
  run_id: runId,
  end_reason: 'failed',
  exit_code: 125,
  signal: null,
  pid: null,
  start_error: error instanceof Error ? error.message : String(error),
  output_error: null,
  duration_ms: 0,
  lines: 0,
  output_bytes: 0,
  left_running: 0,
  survivors: 0,
  started_at: startedAt,
  ended_at: new Date(clock.now()).toISOString(),
});
