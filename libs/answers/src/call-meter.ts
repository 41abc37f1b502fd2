import type { IncomingHttpHeaders } from 'node:http';
import type { RecordOf } from '@telltale/contracts/records/record';
import type { Clock } from '@telltale/runtime/clock';
import { callerOf, header } from './caller.ts';
import { known, shortText } from './json-fields.ts';
import { readers, type CallShape } from './call-shape.ts';
import { createBodyReader, type BodyReader } from './body-decoder.ts';
import type { AnswerFacts } from './answer-facts.ts';
import { createJsonScanner } from './json-scanner.ts';
import type { RequestFacts } from './read-request.ts';
import { createSseData } from './sse-data.ts';
import type { ToolUse } from './tool-uses.ts';

type Filled = 'v' | 'id' | 'at' | 'agent_id';
/** A call as it was seen; who it belongs to is added by whoever records it. */
export type CallRecord = Omit<RecordOf<'llm_call'>, Filled> & { id?: string; at?: string; agent_id?: string };

/** Where a call stands among those who tell of the same one. */
export type CallSpan = { trace_id: string; span_id: string; parent_span_id?: string };

/** How a call's connection ended; what its body said may still make an error of it. */
export type CallEnd =
  | { how: 'whole' }
  | { how: 'cut' }
  | { how: 'client_left' }
  | { how: 'unreachable'; message: string }
  | { how: 'refused'; type: string; message: string };

/** The head of a W3C trace that the client is in. */
const traceOf = (headers: IncomingHttpHeaders) => {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(header(headers, 'traceparent') ?? '');
  return known({ trace_id: match?.[1], parent_span_id: match?.[2] });
};

/** Follows one call from its request to its end and makes its record. */
export function createCallMeter({
  shape,
  provider,
  requestHeaders,
  span,
  onUse,
  clock,
}: {
  shape: CallShape;
  provider: string | undefined;
  requestHeaders: IncomingHttpHeaders;
  /** Of a call that somebody else on its way tells of too; else it is within what its client says of the trace. */
  span?: CallSpan | undefined;
  /** Hears of each tool that the answer asks for, while it comes. */
  onUse?: ((use: ToolUse) => void) | undefined;
  clock: Clock;
}) {
  const startedMono = clock.monotonic();
  const reader = readers[shape.wire]();
  let request: RequestFacts = {};
  let status = 0;
  let requestId: string | undefined;
  let reportedUsd: number | undefined;
  let body: BodyReader | undefined;
  let firstMs: number | undefined;
  let toldUses = 0;
  let streamed = shape.streamed;
  /** The first byte tells: JSON begins with a bracket, events with a word. */
  let sink: { push(bytes: Buffer): void } | undefined;

  const scanner = createJsonScanner({
    wanted: reader.wanted,
    onValue: (name, value, start, end) => reader.value(name, value, end - start),
    onDocument: () => reader.document(),
  });
  const events = createSseData({
    onData: (bytes, from, end) => scanner.push(bytes, from, end),
    onEvent: () => scanner.reset(),
  });

  const read = (bytes: Buffer): void => {
    if (sink === undefined) {
      const first = bytes.find((byte) => byte > 0x20);
      if (first === undefined) return;
      const json = first === 0x7b || first === 0x5b;
      sink = json ? scanner : events;
      if (!json) streamed = true;
    }
    sink.push(bytes);
    for (; toldUses < reader.uses.length; toldUses += 1) onUse?.(reader.uses[toldUses] as ToolUse);
    if (firstMs === undefined && reader.begun()) firstMs = clock.monotonic() - startedMono;
  };

  const outcome = (end: CallEnd, facts: AnswerFacts): Pick<CallRecord, 'status' | 'error_type' | 'error_message'> => {
    const failed = (type: string | undefined, message: string | undefined) => ({
      status: 'error' as const,
      ...known({ error_type: shortText(type), error_message: message }),
    });
    if (end.how === 'unreachable') return failed('upstream_unreachable', end.message);
    if (end.how === 'refused') return failed(end.type, end.message);
    if (status >= 400) return failed(facts.errorType ?? `http_${status}`, facts.errorMessage);
    if (facts.errorType !== undefined || facts.errorMessage !== undefined)
      return failed(facts.errorType ?? 'error', facts.errorMessage);
    if (end.how === 'client_left' && !facts.complete) return { status: 'aborted' };
    if (end.how === 'cut' && (!facts.complete || facts.lacksEnd === true))
      return failed('stream_cut', 'the answer ended before it was whole');
    if (end.how === 'whole' && streamed === true && !facts.complete && body?.broken() !== true)
      return failed('stream_incomplete', 'the stream ended without its last event');
    return { status: 'ok' };
  };

  const record = (end: CallEnd, durationMs: number): CallRecord => {
    const { usage, ...facts } = reader.facts();
    const result = outcome(end, { usage, ...facts });
    const model = shortText(request.model ?? shape.model ?? facts.model) ?? 'unknown';
    const retries = Number(header(requestHeaders, 'x-stainless-retry-count') ?? 0);
    const unread = body?.broken() === true;
    const attributes = known({
      ...facts.beside,
      ...callerOf(requestHeaders),
      status_code: status === 0 ? undefined : status,
      usage_incomplete: result.status !== 'ok' && usage.input_tokens !== undefined ? true : undefined,
      unreadable_body: unread ? true : undefined,
      signal: span === undefined ? undefined : 'span',
    });
    return {
      kind: 'llm_call',
      origin: 'proxy',
      operation: shape.operation,
      model,
      ...result,
      ...usage,
      // It never went out: that is known, and so is what it cost.
      ...(end.how === 'refused' ? { input_tokens: 0, output_tokens: 0 } : {}),
      ...known({
        provider,
        response_model: facts.model === model ? undefined : shortText(facts.model),
        reported_cost_usd: usage.reported_cost_usd ?? reportedUsd,
        duration_ms: round(durationMs),
        ttft_ms: streamed === true && firstMs !== undefined ? round(firstMs) : undefined,
        stop_reason: shortText(facts.stopReason),
        message_count: request.messages,
        tool_count: request.tools,
        tool_calls: result.status === 'ok' || facts.toolCalls > 0 ? facts.toolCalls : undefined,
        attempt: Number.isInteger(retries) && retries > 0 && retries < 1_000 ? retries + 1 : undefined,
        streamed,
        request_id: shortText(requestId),
        message_id: shortText(facts.messageId),
      }),
      ...(span ?? traceOf(requestHeaders)),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    };
  };

  return {
    request: (facts: RequestFacts): void => {
      request = facts;
      streamed ??= facts.streamed;
    },
    answered(answer: { status: number; headers: IncomingHttpHeaders }): void {
      status = answer.status;
      requestId = header(answer.headers, 'request-id', 'x-request-id', 'apim-request-id', 'x-goog-request-id');
      const cost = Number(header(answer.headers, 'x-litellm-response-cost') ?? Number.NaN);
      if (Number.isFinite(cost) && cost >= 0 && cost < 1e6) reportedUsd = cost;
      body = createBodyReader(header(answer.headers, 'content-encoding'), read);
    },
    /** False: the reader is behind and the answer should wait for `whenReady`. */
    push: (bytes: Buffer): boolean => body?.push(bytes) ?? true,
    whenReady: async (): Promise<void> => body?.whenReady(),
    /** The record, once all that was pushed has been read. */
    async finish(end: CallEnd): Promise<CallRecord> {
      const durationMs = clock.monotonic() - startedMono;
      await body?.end();
      return record(end, durationMs);
    },
    /** The record at once: of an answer that came without a coding, all is read when it is pushed. */
    finishNow: (end: CallEnd): CallRecord => record(end, clock.monotonic() - startedMono),
  };
}
export type CallMeter = ReturnType<typeof createCallMeter>;

const round = (ms: number): number => Math.round(ms * 10) / 10;
