import { numberOf, textOf, type Attributes } from '../attributes.ts';
import { detailsOf } from './details-of.ts';
import { jsonAttribute } from './json-attribute.ts';
import type { LlmSpanOptions } from './llm-span.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/**
 * What the API of Anthropic wrote, where the span has it: before its sixth version the Vercel AI SDK tells the input without the
 * cache, and of an answer that was not streamed nothing of the cache.
 */
function anthropicUsage(attributes: Attributes): Pick<LlmSpanOptions, 'usage' | 'given'> | null {
  const { anthropic } = jsonAttribute(attributes, 'ai.response.providerMetadata');
  const told = detailsOf(detailsOf(anthropic)['usage']);
  if (typeof told['input_tokens'] !== 'number') return null;
  // That of a stream is what its first event said; what was written is known at its end.
  const output = numberOf(
    attributes,
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
    'gen_ai.usage.output_tokens',
  );
  return { usage: 'anthropic_api', given: output === undefined ? told : { ...told, output_tokens: output } };
}

/** Vercel AI SDK: only the `do…` spans are requests, what is around them sums them up. */
export const vercel: SpanProfile = {
  name: 'vercel-ai-sdk',
  matches: ({ attributes }) => has(attributes, 'ai.operationId'),
  classify: ({ attributes }) => {
    const operation = textOf(attributes, 'ai.operationId') ?? '';
    if (/\.do(?:Generate|Stream|Embed)$/.test(operation)) {
      return {
        is: 'llm',
        options: {
          usage: 'vercel_ai_sdk',
          ...anthropicUsage(attributes),
          operation: operation.endsWith('Embed') ? 'embeddings' : 'chat',
        },
      };
    }
    return operation === 'ai.toolCall' ? tool : step;
  },
};
