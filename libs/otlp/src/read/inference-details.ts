import { createHash } from 'node:crypto';
import { isDrawn } from '@telltale/contracts/records/drawn-id';
import { textOf } from '../attributes.ts';
import { llmCallOf } from './llm-span.ts';
import { callBase, type EventReader } from './log-profiles.ts';

/** Clients whose own events tell of the same request, by another id or none. */
const tellsByItself = /^(?:gemini-cli|qwen-code)$/;

/**
 * An event with the id of an answer stands like a span of its own within the one that it was written in: where that is the call's
 * it is one with it, whatever session either knows, and where it is around several calls each event stays one.
 */
const withinItsSpan = (answer: string, spanId: string) =>
  spanId === '' ? {} : { as_span: createHash('sha256').update(answer).digest('hex').slice(0, 16), within_span: spanId };

/**
 * The conventions' event of a request to a model, which says what its span says: the only word on it where spans are sampled or
 * turned off. It is known again by the provider's id of the answer, else by the span that it was written in; without either
 * it may be the call that a span tells of or another one, and is left to the spans.
 */
export const inferenceDetails: EventReader = (context) => {
  const { attributes, common, source } = context;
  if (tellsByItself.test(source.scope) || tellsByItself.test(textOf(source.resource, 'service.name') ?? ''))
    return null;
  const { trace_id: traceId = '', span_id: spanId = '' } = common;
  const answer = textOf(attributes, 'gen_ai.response.id');
  const isNamed = answer !== undefined && !isDrawn(answer);
  if (!isNamed && (traceId === '' || spanId === '')) return null;
  const failed = textOf(attributes, 'error.type') !== undefined;
  const span = {
    traceId,
    spanId,
    parentSpanId: '',
    name: '',
    startMs: 0,
    endMs: 0,
    attributes,
    events: [],
    statusCode: failed ? 2 : 0,
    statusMessage: '',
  };
  const call = llmCallOf(span, source, common.at, { usage: 'otel' });
  if (call.kind !== 'llm_call' || (!failed && (call.input_tokens ?? call.output_tokens) === undefined)) return null;
  const place = isNamed ? { signal: 'log', ...withinItsSpan(answer, spanId) } : { signal: 'span' };
  const told = { ...callBase(context).attributes, ...place };
  return { ...call, attributes: { ...call.attributes, ...told } };
};
