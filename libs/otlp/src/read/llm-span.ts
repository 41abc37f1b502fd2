import { explainUsage } from '@telltale/pricing/normalise-usage';
import type { UsageSource } from '@telltale/pricing/usage-profiles';
import { booleanOf, firstTextOf, numberOf, textOf, type Attributes } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import { clip, durationOf, known, type Draft } from './draft.ts';
import { failureOf } from './errors-of-span.ts';
import { identityOf, serviceOfAgent } from './identity.ts';
import { jsonAttribute } from './json-attribute.ts';
import { processOf } from './process-of.ts';
import { placeOfSpan, providerOfSpan } from './provider-of-span.ts';
import { isoOf } from './times.ts';
import { withWholeTotal } from './whole-total.ts';

const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1_000;

function ttftOf(attributes: Attributes, startMs: number): number | undefined {
  const completionStart = textOf(attributes, 'langfuse.observation.completion_start_time');
  const since = completionStart === undefined ? undefined : Date.parse(completionStart.replaceAll('"', '')) - startMs;
  return (
    secondsToMs(numberOf(attributes, 'gen_ai.response.time_to_first_chunk')) ??
    numberOf(attributes, 'ai.response.msToFirstChunk', 'ttft_ms') ??
    (Number.isFinite(since) ? since : undefined)
  );
}

/** Spans that a provider's SDK makes by itself, whatever instrumentation is around it or not. */
const nativeScope = /^com\.anthropic\.sdk\./;

/**
 * Instrumentations of the clients of providers: within a framework that has one of its own they tell of each call as well, now and
 * then in a trace of their own (the framework's spans are not current in asynchronous code).
 */
const clientScope =
  /(?:^|[./-])(?:openai|anthropic|google[_-]?gen(?:erative)?[_-]?ai|genai|vertexai|bedrock|botocore[\w.-]*|cohere|mistralai|groq|together|ollama|replicate|watsonx|azure[_-]ai[_-]inference)(?:[._-]v\d)?$/;

/**
 * Anthropic's client names the request in `gen_ai.response.id`; everybody else the message. Of Azure's agents it is the run that
 * is named, and told again each time somebody asks for it.
 */
function idsOf(attributes: Attributes): { request_id?: string | undefined; message_id?: string | undefined } {
  const response = textOf(attributes, 'gen_ai.response.id', 'ai.response.id', 'response_id', 'gen_ai.thread.run.id');
  const request = textOf(attributes, 'anthropic.request.id', 'request_id', 'gen_ai.request.id');
  return { request_id: clip(request), message_id: response === request ? undefined : clip(response) };
}

/** Some write the class of an exception as Python shows it. */
const typeName = (type: string | undefined): string | undefined => /^<class '(.+)'>$/.exec(type ?? '')?.[1] ?? type;

/** What OpenInference keeps of the request names the model also where no answer did. */
const askedFor = (attributes: Attributes): string | undefined => {
  const { model } = jsonAttribute(attributes, 'llm.invocation_parameters');
  return typeof model === 'string' ? model : undefined;
};

/** How often the request was made before, in vain: the providers' own SDKs tell it of the whole call. */
export const resendsOf = ({ attributes }: Span): number => {
  const count = numberOf(attributes, 'http.request.resend_count') ?? 0;
  return Number.isInteger(count) && count > 0 ? Math.min(count, 100) : 0;
};

/**
 * 0 is what an instrumentation says of a model whose price it does not know, of an answer whose usage nobody told it, and what a
 * framework says was read where the last event of a stream told only what was written (LangChain of Anthropic's).
 */
function usageOf({ usage, given }: LlmSpanOptions, attributes: Attributes) {
  const told = given ?? (usage === 'otel' ? withWholeTotal(attributes) : attributes);
  const {
    reported_cost_usd: cost,
    input_tokens: read,
    output_tokens: written,
    ...rest
  } = explainUsage(usage, told).usage;
  const { service_tier, speed, ...parts } = rest;
  const counts = known({ input_tokens: read || undefined, output_tokens: read || written ? written : undefined });
  return {
    ...known({ service_tier, speed, reported_cost_usd: cost === 0 ? undefined : cost }),
    ...(Object.keys(counts).length > 0 && { ...counts, ...parts }),
  };
}

/** Why the answer ended; some write the list as JSON text. */
function stopReasonOf(attributes: Attributes): string | undefined {
  const text = firstTextOf(
    attributes,
    'gen_ai.response.finish_reasons',
    'stop_reason',
    'anthropic.message.stop_reason',
    'ai.response.finishReason',
    'llm.finish_reason',
  );
  return clip(/^\["([^"]*)"/.exec(text ?? '')?.[1] ?? text);
}

const statusOf = (failed: boolean, errorType: string | undefined): 'ok' | 'error' | 'aborted' => {
  if (!failed) return 'ok';
  return errorType !== undefined && /abort|cancel/i.test(errorType) ? 'aborted' : 'error';
};

export type LlmSpanOptions = {
  usage: UsageSource;
  /** Where the usage stands when it is not among the span's attributes. */
  given?: unknown;
  provider?: string | undefined;
  model?: string | undefined;
  operation?: string | undefined;
  /** The provider's id of the answer, where it stands within something else. */
  messageId?: string;
  /** Where the span is a moment, or another length than the call's. */
  durationMs?: number;
  streamed?: boolean;
  /** What several requests came to, which another may tell of one by one: then it counts for nothing. */
  isSum?: boolean;
  /** The call failed though its span does not say so. */
  failed?: boolean;
};

/** One inference span as one call. Usage that the span does not tell is absent. */
export function llmCallOf(span: Span, source: Source, receivedAt: string, options: LlmSpanOptions): Draft {
  const { attributes, startMs, endMs } = span;
  const { errorMessage, ...failure } = failureOf(span);
  const stopReason = stopReasonOf(attributes);
  // The conventions' word for an answer that broke off, also where the span itself is not marked as failed.
  const failed = failure.failed || options.failed === true || stopReason === 'error';
  const errorType = typeName(failure.errorType);
  const requested =
    options.model ?? textOf(attributes, 'gen_ai.request.model', 'llm.request.model_name', 'ai.model.id', 'model');
  const answered = textOf(attributes, 'gen_ai.response.model', 'llm.response.model_name', 'ai.response.model');
  const model = requested ?? textOf(attributes, 'llm.model_name') ?? answered ?? askedFor(attributes);
  const process = processOf(source.resource);
  const resends = resendsOf(span);
  const attempt = resends > 0 ? resends + 1 : numberOf(attributes, 'attempt');
  return {
    kind: 'llm_call',
    at: isoOf(receivedAt, endMs, startMs),
    ...identityOf(source, attributes),
    model: clip(model) ?? 'unknown',
    status: statusOf(failed, errorType),
    origin: 'otlp',
    ...usageOf(options, attributes),
    ...known({
      trace_id: span.traceId || undefined,
      span_id: span.spanId || undefined,
      parent_span_id: span.parentSpanId || undefined,
      provider: clip(providerOfSpan(attributes, options.provider)),
      response_model: answered === model ? undefined : clip(answered),
      operation: clip(options.operation ?? textOf(attributes, 'gen_ai.operation.name', 'ai.operationId')),
      duration_ms: durationOf(options.durationMs ?? (startMs > 0 && endMs > 0 ? endMs - startMs : undefined)),
      ttft_ms: durationOf(ttftOf(attributes, startMs)),
      stop_reason: stopReason,
      streamed:
        options.streamed ?? booleanOf(attributes, 'gen_ai.request.stream') ?? booleanOf(attributes, 'llm.is_streaming'),
      attempt: attempt !== undefined && Number.isInteger(attempt) && attempt >= 0 ? attempt : undefined,
      error_type: failed ? errorType : undefined,
      error_message: errorMessage,
      ...idsOf(attributes),
      ...(options.messageId !== undefined && { message_id: clip(options.messageId) }),
      ...(options.isSum === true && { message_id: `metric:${Math.floor(startMs)}:${span.traceId}${span.spanId}` }),
    }),
    attributes: known({
      signal: options.isSum === true ? 'metric' : 'span',
      scope: clip(source.scope),
      process,
      service: process === undefined ? serviceOfAgent(source, attributes) : undefined,
      native: nativeScope.test(source.scope) || undefined,
      of_client: clientScope.test(source.scope) || undefined,
      inference_geo: placeOfSpan(attributes),
      client_agent_id: clip(textOf(attributes, 'agent_id')),
      client_agent_name: clip(textOf(attributes, 'gen_ai.agent.name', 'agent.name')),
    }),
  };
}
