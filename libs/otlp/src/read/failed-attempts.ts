import { numberOf, textOf, type Attributes } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import { clip, durationOf, known, type Draft, type DraftOf } from './draft.ts';
import { failureOf } from './errors-of-span.ts';
import { identityOf } from './identity.ts';
import { resendsOf } from './llm-span.ts';
import { isoOf } from './times.ts';

/** Where a model is called, as the providers' own APIs and those that speak like them name it. */
const paths: readonly (readonly [path: RegExp, provider: string | undefined])[] = [
  [/\/v1\/messages$/, 'anthropic'],
  [/\/chat\/completions$/, undefined],
  [/\/v1\/responses$/, 'openai'],
  [/\/models\/[^/]+:(?:generateContent|streamGenerateContent)$/, 'gcp.gemini'],
];

/** The provider whose API a span of an HTTP client called, where its path is that of a model; null: no call of a model. */
function calledBy(attributes: Attributes): { provider: string | undefined; model: string | undefined } | null {
  if (textOf(attributes, 'http.request.method', 'http.method')?.toUpperCase() !== 'POST') return null;
  const path = URL.parse(textOf(attributes, 'url.full', 'http.url') ?? '')?.pathname ?? '';
  const found = paths.find(([pattern]) => pattern.test(path));
  return found === undefined ? null : { provider: found[1], model: /\/models\/([^/:]+):/.exec(path)?.[1] };
}

/** Whether a span is a request of an HTTP client to a model. */
export const isModelRequest = ({ attributes }: Span): boolean => calledBy(attributes) !== null;

/** The record that a request to a model leaves when it failed: the span around it tells of the call, but not of each attempt. */
export function failedRequestOf(
  span: Span,
  source: Source,
  receivedAt: string,
  call?: DraftOf<'llm_call'>,
): Draft | null {
  const { attributes, startMs, endMs } = span;
  const status = numberOf(attributes, 'http.response.status_code', 'http.status_code') ?? 0;
  const { failed, errorType, errorMessage } = failureOf(span);
  if (status < 400 && !(failed && status === 0)) return null;
  const called = calledBy(attributes);
  return {
    kind: 'llm_call',
    at: isoOf(receivedAt, endMs, startMs),
    ...identityOf(source, attributes),
    ...known({ session_id: call?.session_id }),
    model: call?.model ?? clip(called?.model) ?? 'unknown',
    status: 'error',
    origin: 'otlp',
    ...known({
      trace_id: span.traceId || undefined,
      span_id: span.spanId || undefined,
      parent_span_id: span.parentSpanId || undefined,
      provider: call?.provider ?? called?.provider,
      duration_ms: startMs > 0 && endMs > 0 ? durationOf(endMs - startMs) : undefined,
      error_type: status >= 400 ? `http_${status}` : errorType,
      error_message: errorMessage,
    }),
    attributes: known({ signal: 'span', scope: clip(source.scope), http: true }),
  };
}

/**
 * The attempts before the one that a span is about, which a provider's SDK tells only as their number: when each of them
 * failed is not known, so they are spread over the time of the span.
 */
export function attemptsBefore(span: Span, call: DraftOf<'llm_call'>): Draft[] {
  const resends = resendsOf(span);
  const { startMs, endMs } = span;
  return Array.from({ length: resends }, (_, index) => {
    const at = startMs > 0 && endMs > 0 ? startMs + ((endMs - startMs) * (index + 1)) / (resends + 1) : endMs;
    const { agent_id, session_id, task_id, run_id, parent_agent_id, user_id, host, project, model, provider } = call;
    return {
      kind: 'llm_call',
      at: isoOf(call.at, at),
      agent_id,
      model,
      status: 'error',
      origin: 'otlp',
      attempt: index + 1,
      error_type: 'retried',
      ...known({ session_id, task_id, run_id, parent_agent_id, user_id, host, project, provider }),
      ...known({ trace_id: call.trace_id }),
      attributes: known({ signal: 'attempt', scope: call.attributes?.['scope'], native: call.attributes?.['native'] }),
    };
  });
}
