import { booleanOf, numberOf, textOf } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import { clip, countOf, durationOf, known, type Draft } from './draft.ts';
import { failureOf } from './errors-of-span.ts';
import { identityOf } from './identity.ts';
import { isoOf } from './times.ts';

const commonOf = (span: Span, source: Source, receivedAt: string) => ({
  at: isoOf(receivedAt, span.endMs, span.startMs),
  ...identityOf(source, span.attributes),
  ...known({
    trace_id: span.traceId || undefined,
    span_id: span.spanId || undefined,
    parent_span_id: span.parentSpanId || undefined,
  }),
});

const elapsed = ({ startMs, endMs }: Span): number | undefined =>
  startMs > 0 && endMs > 0 ? durationOf(endMs - startMs) : undefined;

/** An agent, workflow or chain at work: a step. Sums of tokens that such spans carry are those of its calls. */
export function stepOf(span: Span, source: Source, receivedAt: string): Draft {
  const name = textOf(
    span.attributes,
    'gen_ai.agent.name',
    'gen_ai.workflow.name',
    'agent.name',
    'agent_name',
    'traceloop.entity.name',
    'ai.telemetry.functionId',
    'langfuse.observation.name',
    'genkit:name',
  );
  return {
    kind: 'agent_step',
    ...commonOf(span, source, receivedAt),
    name: clip(name ?? span.name) ?? 'step',
    ...known({ duration_ms: elapsed(span) }),
    attributes: known({ signal: 'span', scope: clip(source.scope), span_name: clip(span.name) }),
  };
}

/** A call to a service that is no model and no tool of the agent: MCP, retrieval. */
export function serviceCallOf(
  span: Span,
  source: Source,
  receivedAt: string,
  service: string,
  operation: string,
): Draft {
  const { failed, errorMessage } = failureOf(span);
  return {
    kind: 'service_call',
    ...commonOf(span, source, receivedAt),
    service_name: clip(service) ?? 'unknown',
    operation: clip(operation) ?? 'call',
    duration_ms: elapsed(span) ?? 0,
    success: !failed,
    category: 'external',
    ...known({ error_message: errorMessage }),
    attributes: known({ signal: 'span', scope: clip(source.scope) }),
  };
}

const memoryOperations = new Map<string, 'store' | 'recall' | 'delete'>([
  ['search_memory', 'recall'],
  ['create_memory', 'store'],
  ['update_memory', 'store'],
  ['upsert_memory', 'store'],
  ['delete_memory', 'delete'],
]);

/** A memory operation of the newest conventions, or null when the operation is another. */
export function memoryOperationOf(span: Span, source: Source, receivedAt: string, operation: string): Draft | null {
  const kind = memoryOperations.get(operation);
  if (kind === undefined) return null;
  const found = numberOf(span.attributes, 'gen_ai.memory.search.result.count');
  return {
    kind: 'memory_operation',
    ...commonOf(span, source, receivedAt),
    operation: kind,
    ...known({
      memory_id: clip(textOf(span.attributes, 'gen_ai.memory.id')),
      size_bytes: countOf(numberOf(span.attributes, 'gen_ai.memory.size')),
      hit: kind === 'recall' ? (found === undefined ? booleanOf(span.attributes, 'hit') : found > 0) : undefined,
    }),
  };
}
