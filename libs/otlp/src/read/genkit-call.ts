import { textOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import type { LlmSpanOptions } from './llm-span.ts';

type Details = Readonly<Record<string, unknown>>;

const partOf = (details: Details, name: string): Details => {
  const value = details[name];
  return typeof value === 'object' && value !== null ? (value as Details) : {};
};
const count = (details: Details, name: string): number | undefined => {
  const value = details[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
};
const plus = (whole: number | undefined, part: number | undefined): number | undefined =>
  whole === undefined ? undefined : whole + (part ?? 0);

/** The usage in what a model of Genkit answered, inclusive: thoughts stand apart, and Anthropic's cache under its own names. */
function usageOf(usage: Details): Record<string, number | undefined> {
  const own = partOf(usage, 'custom');
  const read = count(own, 'cache_read_input_tokens');
  const write = count(own, 'cache_creation_input_tokens');
  const thoughts = count(usage, 'thoughtsTokens');
  const input = count(usage, 'inputTokens');
  const output = count(usage, 'outputTokens');
  const apart = count(usage, 'totalTokens') !== (input ?? 0) + (output ?? 0);
  return {
    input_tokens: plus(input, (read ?? 0) + (write ?? 0)),
    output_tokens: apart ? plus(output, thoughts) : output,
    cache_read_tokens: read ?? count(usage, 'cachedContentTokens'),
    cache_write_tokens: write,
    reasoning_tokens: thoughts,
  };
}

/** An action of Genkit that is a model: its name is the plugin's and the model's own, and what it used stands in its output. */
export function genkitCall(attributes: Attributes): LlmSpanOptions {
  const [, plugin, model] = /^([^/]+)\/(.+)$/.exec(textOf(attributes, 'genkit:name') ?? '') ?? [];
  return {
    usage: 'unknown',
    given: usageOf(partOf(jsonAttribute(attributes, 'genkit:output'), 'usage')),
    model: model ?? textOf(attributes, 'genkit:name'),
    provider: plugin,
    operation: textOf(attributes, 'genkit:metadata:subtype') === 'embedder' ? 'embeddings' : 'chat',
  };
}
