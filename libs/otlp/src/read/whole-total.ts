import { numberOf, textOf, type Attributes } from '../attributes.ts';

const google = /^(?:gcp|google|gemini|vertex)/i;
const gemini = /\bgemini-/i;
/** Those before 2.5 thought only where their name says so. */
const thoughtless = /\bgemini-(?:1\.\d|2\.0)(?!.*thinking)/i;

/**
 * Google counts what was thought, and what its own tools gave the model to read, beside output and input: an
 * instrumentation that passes them over tells them by the total alone. What tools gave is input, the rest output.
 */
export function withWholeTotal(attributes: Attributes): Attributes {
  const model = textOf(attributes, 'gen_ai.response.model', 'gen_ai.request.model') ?? '';
  if (!google.test(textOf(attributes, 'gen_ai.provider.name', 'gen_ai.system') ?? '') || !gemini.test(model))
    return attributes;
  const total = numberOf(attributes, 'gen_ai.usage.total_tokens', 'llm.usage.total_tokens');
  const input = numberOf(attributes, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens');
  const output = numberOf(attributes, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens');
  const told = numberOf(attributes, 'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens');
  if (total === undefined || input === undefined || output === undefined || told !== undefined) return attributes;
  const rest = total - input - output;
  if (rest <= 0) return attributes;
  const given = numberOf(
    attributes,
    'gen_ai.usage.tool_use_prompt_tokens',
    'gen_ai.usage.tool_use.input_tokens',
    'gen_ai.usage.tool_use_tokens',
  );
  const read = thoughtless.test(model) ? rest : Math.min(Math.max(given ?? 0, 0), rest);
  const thoughts = rest - read;
  return {
    ...attributes,
    'gen_ai.usage.input_tokens': input + read,
    'gen_ai.usage.output_tokens': output + thoughts,
    ...(thoughts === 0 ? {} : { 'gen_ai.usage.reasoning.output_tokens': thoughts }),
  };
}
