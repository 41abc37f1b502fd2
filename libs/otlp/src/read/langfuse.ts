import { textOf } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import { langfuseUsage } from './langfuse-usage.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/** Langfuse counts classes apart under its own names, as JSON text. */
export const langfuse: SpanProfile = {
  name: 'langfuse',
  matches: ({ attributes }) => has(attributes, 'langfuse.observation.type'),
  classify: ({ attributes, name }) => {
    const type = textOf(attributes, 'langfuse.observation.type');
    if (type === 'tool') return tool;
    if (type !== 'generation' && type !== 'embedding') return step;
    const given = {
      ...langfuseUsage(jsonAttribute(attributes, 'langfuse.observation.usage_details')),
      cost_usd: jsonAttribute(attributes, 'langfuse.observation.cost_details')['total'],
    };
    const operation = type === 'embedding' || name === 'OpenAI.embeddings' ? 'embeddings' : 'chat';
    return {
      is: 'llm',
      options: { usage: 'unknown', given, operation, model: textOf(attributes, 'langfuse.observation.model.name') },
    };
  },
};
