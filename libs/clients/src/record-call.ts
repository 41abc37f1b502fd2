import type { Clock } from '@telltale/runtime/clock';
import type { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';

export type CallFacts = {
  tokens_used?: number | undefined;
  model?: string | undefined;
  request_id?: string | undefined;
};

type What = { tracker: ServiceCallTracker | undefined; clock: Clock; service: string; operation: string };

/** Begins one call of a service; `end` records it, all its tries included, with an error if it failed. */
export function startRecording({ tracker, clock, service: serviceName, operation }: What) {
  const started = clock.monotonic();
  return {
    end(error?: unknown, facts: CallFacts = {}): void {
      tracker?.recordCall({
        serviceName,
        operation,
        durationMs: clock.monotonic() - started,
        success: error === undefined,
        ...(error === undefined ? {} : { errorMessage: error instanceof Error ? error.message : 'it failed' }),
        metadata: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
      });
    },
  };
}

export async function recordCall<T>(what: What, work: () => Promise<T>, facts?: () => CallFacts): Promise<T> {
  const recording = startRecording(what);
  try {
    const result = await work();
    recording.end(undefined, facts?.());
    return result;
  } catch (error) {
    recording.end(error, facts?.());
    throw error;
  }
}
