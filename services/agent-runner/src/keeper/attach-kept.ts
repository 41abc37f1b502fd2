import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { OpenRecorder } from '@telltale/sdk/open-recorder';
import type { AttachTarget } from '../run/attach-target.ts';
import type { RunControl } from '../run/run-control.ts';
import { watchAttached } from '../run/watch-attached.ts';
import type { Sampler } from '../tree/sampler.ts';
import type { AttachSpec, RunEnd } from './protocol.ts';

/** Watches what somebody else started and resolves to its end, or to the end of the watching. */
export async function attachKept({
  runId,
  spec,
  target,
  startedAt,
  recorder,
  sampler,
  detached,
  onRunning,
  clock,
  log,
}: {
  runId: string;
  spec: AttachSpec;
  target: AttachTarget;
  startedAt: string;
  recorder: OpenRecorder;
  sampler: Sampler;
  detached: AbortSignal;
  onRunning: (control: RunControl, pid: number) => void;
  clock: Clock;
  log: Log;
}): Promise<RunEnd> {
  const { pid } = target;
  const end = await watchAttached({
    target,
    identity: { ...spec.identity, run_id: runId },
    limits: spec.limits ?? {},
    enforce: spec.enforce,
    graceMs: spec.grace_ms,
    capture: spec.capture,
    sampler,
    emit: (record) => void recorder.record(record),
    onRunning: (control) => onRunning(control, pid),
    detached,
    clock,
    log,
  });
  return {
    run_id: runId,
    end_reason: end.endReason,
    exit_code: null,
    signal: null,
    pid,
    start_error: null,
    output_error: null,
    duration_ms: end.durationMs,
    lines: 0,
    output_bytes: 0,
    left_running: end.survivors,
    survivors: end.survivors,
    started_at: startedAt,
    ended_at: new Date(clock.now()).toISOString(),
  };
}
