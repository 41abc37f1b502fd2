import { booleanOf, textOf, type Attributes, type Value } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import { clip, durationOf, known, type Draft } from './draft.ts';
import { failureOf } from './errors-of-span.ts';
import { identityOf } from './identity.ts';
import type { Redact } from './redact.ts';
import { isoOf } from './times.ts';

const inputKeys = [
  'gen_ai.tool.call.arguments',
  'ai.toolCall.args',
  'tool.parameters',
  'input.value',
  'traceloop.entity.input',
  'langfuse.observation.input',
  'genkit:input',
  'mlflow.spanInputs',
  'input',
];
/** The parameters that VoltAgent tells are the tool's schema. */
const inputKeysOf = ({ scope }: Source): readonly string[] => (scope === '@voltagent/core' ? ['input'] : inputKeys);
const outputKeys = [
  'gen_ai.tool.call.result',
  'ai.toolCall.result',
  'output.value',
  'traceloop.entity.output',
  'langfuse.observation.output',
  'genkit:output',
  'mlflow.spanOutputs',
  'output',
];

const contentOf = (attributes: Attributes, keys: readonly string[]): string | undefined => {
  const value: Value | undefined = keys.map((key) => attributes[key]).find((one) => one !== undefined && one !== null);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const sizeOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Buffer.byteLength(text);

export function toolNameOf({ attributes, name }: Span, { scope }: Source): string {
  // Logfire names the tool of the OpenAI Agents SDK as its template's part.
  const ofTemplate = scope === 'logfire.openai_agents' ? textOf(attributes, 'name') : undefined;
  const told = textOf(
    attributes,
    'gen_ai.tool.name',
    'ai.toolCall.name',
    'tool.name',
    'tool_name',
    'traceloop.entity.name',
    'genkit:name',
  );
  return clip(ofTemplate ?? told ?? name) ?? 'unknown';
}

/** One execution of a tool. What went in and came out is kept as size and redacted preview. */
export function toolCallOf(span: Span, source: Source, receivedAt: string, redact: Redact): Draft {
  const { attributes, startMs, endMs } = span;
  const { failed, errorMessage } = failureOf(span);
  const [input, output] = [contentOf(attributes, inputKeysOf(source)), contentOf(attributes, outputKeys)];
  return {
    kind: 'tool_call',
    at: isoOf(receivedAt, endMs, startMs),
    ...identityOf(source, attributes),
    tool_name: toolNameOf(span, source),
    success: !failed && booleanOf(attributes, 'success') !== false,
    ...known({
      trace_id: span.traceId || undefined,
      span_id: span.spanId || undefined,
      parent_span_id: span.parentSpanId || undefined,
      tool_call_id: clip(
        textOf(
          attributes,
          'gen_ai.tool.call.id',
          'gen_ai.tool.call_id',
          'ai.toolCall.id',
          'tool_call.id',
          'tool.call.id',
          'tool_use_id',
          'call_id',
          'tool.id',
        ),
      ),
      duration_ms: startMs > 0 && endMs > 0 ? durationOf(endMs - startMs) : undefined,
      error_message: clip(errorMessage === undefined ? undefined : redact(errorMessage), 8_192),
      input_size_bytes: sizeOf(input),
      output_size_bytes: sizeOf(output),
      input_preview: clip(input === undefined ? undefined : redact(input), 2_000),
      output_preview: clip(output === undefined ? undefined : redact(output), 2_000),
    }),
    attributes: known({
      signal: 'span',
      scope: clip(source.scope),
      client_agent_id: clip(textOf(attributes, 'agent_id')),
    }),
  };
}
