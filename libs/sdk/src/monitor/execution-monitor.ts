import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { ServiceCallInput, ServiceCallMetrics } from '../metrics/service-call-metrics.ts';
import { ServiceCallTracker } from '../metrics/service-call-tracker.ts';
import type { RecordSink } from '../recorder/recorder.ts';
import { thisProcessUsage, type Usage } from './process-usage.ts';

export type ExecutionMonitorOptions = {
  /** A limit that is left out, or null as JSON says it, is none. */
  timeoutSeconds?: number | null;
  /** MiB of resident memory. */
  maxMemoryMb?: number | null;
  /** 100 is one core, over one look. */
  maxCpuPercent?: number | null;
  trackServiceCalls?: boolean;
};

export type ExecutionMonitorDeps = {
  clock?: Clock;
  usage?: () => Usage;
  /** Service calls are also reported here. */
  sink?: RecordSink;
};

/** A limit was passed; `code` says which kind. */
export class ExecutionLimitError extends Error {
  readonly code: 'TIMEOUT' | 'RESOURCE_LIMIT';
  constructor(code: ExecutionLimitError['code'], message: string) {
    super(message);
    this.name = 'ExecutionLimitError';
    this.code = code;
  }
}

export type ExecutionStatus = {
  running: boolean;
  elapsed_seconds: number;
  /** Numbers are null without a limit. */
  timeout: { limit_seconds: number | null; remaining_seconds: number | null; exceeded: boolean };
  /** null before the first look; cpu_percent is null until the second. */
  resources: { memory_mb: number; cpu_percent: number | null; peak_memory_mb: number; exceeded: boolean } | null;
  service_calls: ReturnType<ServiceCallTracker['getAllStatistics']> | null;
};

const mebibyte = 1024 * 1024;
const lookEveryMs = 500;
/** CPU use over less time than this says nothing. */
const shortestCpuWindowMs = 100;

/** A limit that is no number would never end anything: what `Number` made of a variable that is not set. */
function refuseWrong(limits: Readonly<Record<string, number | null>>): void {
  for (const [name, limit] of Object.entries(limits)) {
    if (limit === null || (Number.isFinite(limit) && limit > 0)) continue;
    throw new TypeError(`${name} is not a number above 0; leave it out for no limit`);
  }
}

/**
 * Watches this process while a piece of work runs in it: time, memory, CPU and its service calls. The first limit that
 * is passed aborts `signal` and makes `check` throw; nothing is killed. Throws TypeError for a limit that is none.
 */
export function createExecutionMonitor(
  { trackServiceCalls = true, ...limits }: ExecutionMonitorOptions = {},
  { clock = systemClock, usage = thisProcessUsage, sink }: ExecutionMonitorDeps = {},
) {
  const { timeoutSeconds = null, maxMemoryMb = null, maxCpuPercent = null } = limits;
  refuseWrong({ timeoutSeconds, maxMemoryMb, maxCpuPercent });
  const tracker = trackServiceCalls ? new ServiceCallTracker(sink ? { sink, clock } : { clock }) : null;
  let aborter = new AbortController();
  let stopper = new AbortController();
  let running = false;
  let startedAt = 0;
  let elapsedMs = 0;
  let timedOut = false;
  let overLimit = false;
  let seen: { memoryMb: number; peakMb: number; cpuPercent: number | null } | null = null;
  let cpuMark = { at: 0, cpuMs: 0 };

  const exceed = (code: ExecutionLimitError['code'], message: string): void => {
    if (code === 'TIMEOUT') timedOut = true;
    else overLimit = true;
    if (!aborter.signal.aborted) aborter.abort(new ExecutionLimitError(code, message));
  };

  const look = (): void => {
    if (!running) return;
    const now = clock.monotonic();
    elapsedMs = now - startedAt;
    const { memoryBytes, cpuMs } = usage();
    const memoryMb = memoryBytes / mebibyte;
    let cpuPercent = seen?.cpuPercent ?? null;
    if (now - cpuMark.at >= shortestCpuWindowMs) {
      cpuPercent = ((cpuMs - cpuMark.cpuMs) / (now - cpuMark.at)) * 100;
      cpuMark = { at: now, cpuMs };
    }
    seen = { memoryMb, cpuPercent, peakMb: Math.max(seen?.peakMb ?? 0, memoryMb) };
    if (timeoutSeconds !== null && elapsedMs >= timeoutSeconds * 1_000) {
      exceed('TIMEOUT', `timeoutSeconds: the work took longer than ${timeoutSeconds} s`);
    }
    if (maxMemoryMb !== null && memoryMb > maxMemoryMb) {
      exceed('RESOURCE_LIMIT', `maxMemoryMb: ${memoryMb.toFixed(1)} MiB are in use, ${maxMemoryMb} are allowed`);
    }
    if (maxCpuPercent !== null && cpuPercent !== null && cpuPercent > maxCpuPercent) {
      exceed('RESOURCE_LIMIT', `maxCpuPercent: ${cpuPercent.toFixed(1)} % are used, ${maxCpuPercent} are allowed`);
    }
  };

  const watch = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      const left = timeoutSeconds === null || timedOut ? lookEveryMs : timeoutSeconds * 1_000 - elapsedMs;
      await clock.sleep(Math.max(0, Math.min(lookEveryMs, left)), stop).catch(() => undefined);
      if (!stop.aborted) look();
    }
  };

  return {
    /** Begins, from zero; nothing happens while it runs already. */
    start(): void {
      if (running) return;
      aborter = new AbortController();
      stopper = new AbortController();
      [running, timedOut, overLimit, seen] = [true, false, false, null];
      [startedAt, elapsedMs] = [clock.monotonic(), 0];
      cpuMark = { at: startedAt, cpuMs: usage().cpuMs };
      look();
      void watch(stopper.signal);
    },
    /** Ends; the status keeps its last values. */
    stop(): void {
      look();
      running = false;
      stopper.abort();
    },
    /** Aborted when a limit is passed; its reason is the ExecutionLimitError. Each start makes a new one. */
    get signal(): AbortSignal {
      return aborter.signal;
    },
    recordServiceCall(call: ServiceCallInput): ServiceCallMetrics | null {
      return tracker?.recordCall(call) ?? null;
    },
    /** Looks now. Throws ExecutionLimitError once a limit was passed. */
    check(): void {
      look();
      aborter.signal.throwIfAborted();
    },
    getStatus(): ExecutionStatus {
      look();
      const elapsed = elapsedMs / 1_000;
      const limit = timeoutSeconds;
      return {
        running,
        elapsed_seconds: elapsed,
        timeout: {
          limit_seconds: limit,
          remaining_seconds: limit === null ? null : Math.max(0, limit - elapsed),
          exceeded: timedOut,
        },
        resources:
          seen === null
            ? null
            : {
                memory_mb: seen.memoryMb,
                cpu_percent: seen.cpuPercent,
                peak_memory_mb: seen.peakMb,
                exceeded: overLimit,
              },
        service_calls: tracker?.getAllStatistics() ?? null,
      };
    },
  };
}
export type ExecutionMonitor = ReturnType<typeof createExecutionMonitor>;
