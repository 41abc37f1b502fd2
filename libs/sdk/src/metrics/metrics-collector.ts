import type { EventEmitter } from 'node:events';
import type { ErrorsAnswer, SlowAnswer } from '@telltale/contracts/http/metrics-detail';
import { limits } from '@telltale/contracts/limits';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { RecordDraft } from '../recorder/draft.ts';
import type { RecordSink } from '../recorder/recorder.ts';
import type { TelltaleApi } from '../rest/telltale-api.ts';
import { asText, failureOf, fieldsOf, sizeOf, type EventFields } from './event-fields.ts';
import { createInFlight } from './in-flight.ts';

/** The part of the REST API that answers the collector's questions. */
type QueryApi = Pick<TelltaleApi, 'summary' | 'session' | 'tools' | 'costs' | 'slow' | 'errors'>;

export type MetricsCollectorDeps = {
  /** Where the records go: a recorder, or one speaking for a run. */
  sink: RecordSink;
  /** Answers the questions; without it only reporting works. */
  api?: QueryApi;
  /** Makes previews of inputs, outputs and messages safe to keep. Without it no preview leaves the process. */
  redact?: (text: string) => string;
  clock?: Clock;
};

type CallStart = { message_count: number | undefined; tool_count: number | undefined };
type ToolStart = { input: unknown };

const defaultThread = 'default';

/** Fields that are known, and no others: an unknown number is absent, never 0. */
const known = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/**
 * Listens to an agent loop that emits `ai_call_start`, `ai_call_end`, `tool_start` and `tool_end`, and reports each
 * call once it ended. An emitter's `thread_id` is our session. Nothing it emits can make a listener throw.
 */
export class MetricsCollector {
  readonly #deps: Required<Pick<MetricsCollectorDeps, 'sink' | 'clock'>> & MetricsCollectorDeps;
  readonly #calls = createInFlight<CallStart>();
  readonly #tools = createInFlight<ToolStart>();

  constructor(deps: MetricsCollectorDeps) {
    this.#deps = { clock: systemClock, ...deps };
  }

  /** Starts listening; the function it returns stops. */
  attach(emitter: EventEmitter): () => void {
    const listeners: Record<string, (event: unknown) => void> = {
      ai_call_start: (event) => this.#callStarted(fieldsOf(event)),
      ai_call_end: (event) => this.#callEnded(fieldsOf(event)),
      tool_start: (event) => this.#toolStarted(fieldsOf(event)),
      tool_end: (event) => this.#toolEnded(fieldsOf(event)),
    };
    for (const [name, listener] of Object.entries(listeners)) emitter.on(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) emitter.off(name, listener);
    };
  }

  /** Totals of a period; `GET /metrics/summary`. */
  getSummary(...query: Parameters<TelltaleApi['summary']>): ReturnType<TelltaleApi['summary']> {
    return this.#api().summary(...query);
  }

  /** Totals of one session (an emitter's thread); `GET /metrics/sessions/{session_id}`. */
  getSessionMetrics(sessionId: string): ReturnType<TelltaleApi['session']> {
    return this.#api().session(sessionId);
  }

  /** Calls, success rate and latencies of the tools, most used first; `GET /metrics/tools`. */
  getToolMetrics(...query: Parameters<TelltaleApi['tools']>): ReturnType<TelltaleApi['tools']> {
    return this.#api().tools(...query);
  }

  /** What a period cost, by model unless `group_by` says otherwise; `GET /metrics/costs`. */
  getCostBreakdown(...query: Parameters<TelltaleApi['costs']>): ReturnType<TelltaleApi['costs']> {
    return this.#api().costs(...query);
  }

  /** Slowest first; `GET /metrics/slow`. */
  async getSlowOperations(...query: Parameters<TelltaleApi['slow']>): Promise<SlowAnswer['slow_operations']> {
    return (await this.#api().slow(...query)).slow_operations;
  }

  /** Newest first; `GET /metrics/errors`. */
  async getRecentErrors(...query: Parameters<TelltaleApi['errors']>): Promise<ErrorsAnswer['recent_errors']> {
    return (await this.#api().errors(...query)).recent_errors;
  }

  /** Failed calls by tool; `GET /metrics/errors`. */
  async getErrorCounts(...query: Parameters<TelltaleApi['errors']>): Promise<ErrorsAnswer['error_counts_by_tool']> {
    return (await this.#api().errors(...query)).error_counts_by_tool;
  }

  #api(): QueryApi {
    if (this.#deps.api) return this.#deps.api;
    throw new Error('api: is needed to ask questions; give MetricsCollector a createTelltaleApi(…)');
  }

  #callStarted(event: EventFields): void {
    this.#calls.start({
      id: event.id('call_id'),
      thread: event.id('thread_id') ?? defaultThread,
      name: event.text('model') ?? 'unknown',
      startedAt: this.#deps.clock.monotonic(),
      details: { message_count: event.count('message_count'), tool_count: event.count('tool_count') },
    });
  }

  #callEnded(event: EventFields): void {
    const name = event.text('model') ?? 'unknown';
    const thread = event.id('thread_id');
    const start = this.#calls.end({ id: event.id('call_id'), thread, name });
    const failure = failureOf({ error: event.value('error') });
    this.#record({
      kind: 'llm_call',
      model: name === 'unknown' ? (start?.name ?? name) : name,
      origin: 'sdk',
      status: failure === null ? 'ok' : 'error',
      ...known({
        session_id: thread ?? start?.thread ?? defaultThread,
        input_tokens: event.count('input_tokens'),
        output_tokens: event.count('output_tokens'),
        stop_reason: event.text('stop_reason'),
        duration_ms: event.duration('duration_ms') ?? this.#since(start?.startedAt),
        message_count: start?.details.message_count,
        tool_count: start?.details.tool_count,
        error_message: this.#errorMessage(failure),
      }),
    });
  }

  #toolStarted(event: EventFields): void {
    this.#tools.start({
      id: event.id('tool_use_id'),
      thread: event.id('thread_id') ?? defaultThread,
      name: event.text('name') ?? 'unknown',
      startedAt: this.#deps.clock.monotonic(),
      details: { input: event.value('input') },
    });
  }

  #toolEnded(event: EventFields): void {
    const name = event.text('name') ?? 'unknown';
    const id = event.id('tool_use_id');
    const thread = event.id('thread_id');
    const start = this.#tools.end({ id, thread, name });
    const input = event.value('input') ?? start?.details.input;
    const result = event.value('result');
    const failure = failureOf(result);
    this.#record({
      kind: 'tool_call',
      tool_name: name,
      success: failure === null,
      ...known({
        session_id: thread ?? start?.thread ?? defaultThread,
        tool_call_id: id,
        duration_ms: event.duration('duration_ms') ?? this.#since(start?.startedAt),
        input_size_bytes: sizeOf(input),
        output_size_bytes: sizeOf(result),
        input_preview: this.#preview(input),
        output_preview: this.#preview(result),
        error_message: this.#errorMessage(failure),
      }),
    });
  }

  #since(startedAt: number | undefined): number | undefined {
    return startedAt === undefined ? undefined : Math.max(0, this.#deps.clock.monotonic() - startedAt);
  }

  #preview(value: unknown): string | undefined {
    return this.#deps.redact === undefined ? undefined : this.#redacted(asText(value))?.slice(0, limits.previewLength);
  }

  #errorMessage(failure: string | null): string | undefined {
    return failure === null ? undefined : this.#redacted(failure);
  }

  #redacted(text: string | undefined): string | undefined {
    return text === undefined || this.#deps.redact === undefined ? text : this.#deps.redact(text);
  }

  #record(draft: RecordDraft): void {
    this.#deps.sink.record(draft);
  }
}
