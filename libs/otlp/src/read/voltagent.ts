import { has, step, tool, unused, type SpanProfile } from './span-kind.ts';
import { textOf } from '../attributes.ts';

/**
 * VoltAgent's span of an answer of several steps has the usage of the last one alone; that of its agent has the sum, which
 * counts where nobody tells of the requests themselves.
 */
export const voltAgent: SpanProfile = {
  name: 'voltagent',
  matches: (_span, { scope }) => scope === '@voltagent/core',
  classify: ({ attributes, statusCode }) => {
    const type = textOf(attributes, 'span.type');
    if (type === 'tool') return tool;
    if (type === 'llm') {
      const model = textOf(attributes, 'llm.model');
      return statusCode === 2 ? { is: 'llm', options: { usage: 'otel', given: {}, model, operation: 'chat' } } : unused;
    }
    if (type !== undefined) return unused;
    if (!has(attributes, 'usage.prompt_tokens')) return step;
    const given = {
      'gen_ai.usage.input_tokens': attributes['usage.prompt_tokens'],
      'gen_ai.usage.output_tokens': attributes['usage.completion_tokens'],
      'gen_ai.usage.cache_read_tokens': attributes['usage.cached_tokens'],
      'gen_ai.usage.reasoning_tokens': attributes['usage.reasoning_tokens'],
      'gen_ai.usage.cost': attributes['usage.cost'],
    };
    const model = textOf(attributes, 'ai.model.name');
    return { is: 'llm', options: { usage: 'otel', given, model, operation: 'chat', isSum: true } };
  },
};
