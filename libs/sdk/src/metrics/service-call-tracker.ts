import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { RecordSink } from '../recorder/recorder.ts';
import { ServiceCallMetrics, type ServiceCallInput, type ServiceCategory } from './service-call-metrics.ts';

export type ServiceStatistics = {
  calls: number;
  successes: number;
  failures: number;
  total_duration_seconds: number;
  avg_duration_seconds: number;
};
export type ExternalServiceStatistics = {
  total_calls: number;
  successful_calls: number;
  failed_calls: number;
  total_duration_seconds: number;
  by_service: Record<string, ServiceStatistics>;
};
export type LlmStatistics = ExternalServiceStatistics & {
  /** null before the first call. */
  avg_duration_seconds: number | null;
  /** Of the calls that said how many. */
  total_tokens_used: number;
};

type Sum = { calls: number; successes: number; ms: number; tokens: number };

/** Calls kept one by one, the newest; the statistics count all of them. */
const mostCalls = 10_000;

/** Counts the calls of one agent or task to the services around it, LLM services apart from all others. */
export class ServiceCallTracker {
  readonly #sink: RecordSink | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #calls: Record<ServiceCategory, ServiceCallMetrics[]> = { llm: [], external: [] };
  readonly #sums: Record<ServiceCategory, Map<string, Sum>> = { llm: new Map(), external: new Map() };

  /** With a `sink`, each call is also reported as a `service_call`. */
  constructor({ sink, clock = systemClock }: { sink?: RecordSink; clock?: Pick<Clock, 'now'> } = {}) {
    this.#sink = sink;
    this.#clock = clock;
  }

  recordCall(call: ServiceCallInput): ServiceCallMetrics {
    const metrics = new ServiceCallMetrics(call, new Date(this.#clock.now()).toISOString());
    const kept = this.#calls[metrics.category];
    kept.push(metrics);
    if (kept.length > mostCalls) kept.shift();
    this.#add(metrics);
    this.#report(metrics);
    return metrics;
  }

  getLlmCalls(): ServiceCallMetrics[] {
    return [...this.#calls.llm];
  }

  getExternalServiceCalls(): ServiceCallMetrics[] {
    return [...this.#calls.external];
  }

  getLlmStatistics(): LlmStatistics {
    const statistics = this.#statistics('llm');
    let tokens = 0;
    for (const sum of this.#sums.llm.values()) tokens += sum.tokens;
    const { total_calls, total_duration_seconds } = statistics;
    return {
      ...statistics,
      avg_duration_seconds: total_calls === 0 ? null : total_duration_seconds / total_calls,
      total_tokens_used: tokens,
    };
  }

  getExternalServiceStatistics(): ExternalServiceStatistics {
    return this.#statistics('external');
  }

  getAllStatistics(): { total_calls: number; llm: LlmStatistics; external: ExternalServiceStatistics } {
    const llm = this.getLlmStatistics();
    const external = this.getExternalServiceStatistics();
    return { total_calls: llm.total_calls + external.total_calls, llm, external };
  }

  #add({ category, serviceName, success, durationMs, tokensUsed }: ServiceCallMetrics): void {
    const sum = this.#sums[category].get(serviceName) ?? { calls: 0, successes: 0, ms: 0, tokens: 0 };
    sum.calls += 1;
    if (success) sum.successes += 1;
    sum.ms += durationMs;
    sum.tokens += tokensUsed ?? 0;
    this.#sums[category].set(serviceName, sum);
  }

  #report(call: ServiceCallMetrics): void {
    this.#sink?.record({
      kind: 'service_call',
      service_name: call.serviceName,
      operation: call.operation,
      duration_ms: call.durationMs,
      success: call.success,
      category: call.category,
      at: call.timestamp,
      ...(call.errorMessage === null ? {} : { error_message: call.errorMessage }),
      ...(call.tokensUsed === null ? {} : { tokens_used: call.tokensUsed }),
      ...(call.model === null ? {} : { model: call.model }),
      ...(call.requestId === null ? {} : { request_id: call.requestId }),
    });
  }

  #statistics(category: ServiceCategory): ExternalServiceStatistics {
    const all: Sum = { calls: 0, successes: 0, ms: 0, tokens: 0 };
    const rows: [string, ServiceStatistics][] = [];
    for (const [name, { calls, successes, ms }] of this.#sums[category]) {
      all.calls += calls;
      all.successes += successes;
      all.ms += ms;
      const seconds = ms / 1_000;
      const failures = calls - successes;
      const times = { total_duration_seconds: seconds, avg_duration_seconds: seconds / calls };
      rows.push([name, { calls, successes, failures, ...times }]);
    }
    return {
      total_calls: all.calls,
      successful_calls: all.successes,
      failed_calls: all.calls - all.successes,
      total_duration_seconds: all.ms / 1_000,
      // Not by assignment: any name is one, `__proto__` too.
      by_service: Object.fromEntries(rows),
    };
  }
}
