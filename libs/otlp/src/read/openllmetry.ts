import { textOf } from '../attributes.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/** OpenLLMetry: the semantic conventions plus words of its own for what encloses calls. */
export const openLlmetry: SpanProfile = {
  name: 'openllmetry',
  matches: ({ attributes }) => has(attributes, 'traceloop.span.kind') || has(attributes, 'llm.request.type'),
  classify: ({ attributes }) => {
    const type = textOf(attributes, 'llm.request.type');
    if (type === 'chat' || type === 'completion')
      return { is: 'llm', options: { usage: 'otel', operation: type === 'chat' ? 'chat' : 'text_completion' } };
    if (type === 'embedding') return { is: 'llm', options: { usage: 'otel', operation: 'embeddings' } };
    if (type === 'rerank') return { is: 'service', service: 'retrieval', operation: 'rerank' };
    return textOf(attributes, 'traceloop.span.kind') === 'tool' ? tool : step;
  },
};
