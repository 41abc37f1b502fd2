import { textOf } from '../attributes.ts';
import { countsIn } from './python-counts.ts';
import { has, unused, type SpanProfile } from './span-kind.ts';

/**
 * LiteLLM writes the parts of the usage as Python shows them; the raw request within tells the same once more. Its own
 * operation is the kind of its function.
 */
export const liteLlm: SpanProfile = {
  name: 'litellm',
  matches: (_span, { scope }) => scope === 'litellm',
  classify: ({ attributes, name }) => {
    if (name === 'raw_gen_ai_request' || !has(attributes, 'llm.request.type')) return unused;
    const usage = countsIn(textOf(attributes, 'metadata.usage_object') ?? '');
    const given = {
      ...attributes,
      'gen_ai.usage.cache_read_tokens': usage['cached_tokens'] ?? usage['cache_read_input_tokens'],
      'gen_ai.usage.cache_write_tokens': usage['cache_creation_input_tokens'] ?? usage['cache_creation_tokens'],
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': usage['ephemeral_5m_input_tokens'],
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': usage['ephemeral_1h_input_tokens'],
      'gen_ai.usage.reasoning_tokens': usage['reasoning_tokens'],
    };
    const embedding = textOf(attributes, 'llm.request.type') === 'embedding';
    return { is: 'llm', options: { usage: 'otel', given, operation: embedding ? 'embeddings' : 'chat' } };
  },
};
