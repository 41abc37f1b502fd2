import { textOf } from '../attributes.ts';
import { genkitCall } from './genkit-call.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/** Genkit tells of models, tools and flows alike as actions, with all that went in and came out. */
export const genkit: SpanProfile = {
  name: 'genkit',
  matches: ({ attributes }) => has(attributes, 'genkit:type'),
  classify: ({ attributes }) => {
    const kind = textOf(attributes, 'genkit:metadata:subtype');
    if (kind === 'model' || kind === 'embedder') return { is: 'llm', options: genkitCall(attributes) };
    if (kind === 'tool') return tool;
    if (kind === 'retriever' || kind === 'reranker')
      return { is: 'service', service: 'retrieval', operation: textOf(attributes, 'genkit:name') ?? kind };
    return step;
  },
};
