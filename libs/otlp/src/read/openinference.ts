import { explainUsage, type NormalisedUsage } from '@telltale/pricing/normalise-usage';
import { textOf, type Attributes } from '../attributes.ts';
import { anthropicUsageOf } from './langchain-usage.ts';
import type { LlmSpanOptions } from './llm-span.ts';
import { countsIn } from './python-counts.ts';
import { agentStep, has, step, tool, type SpanProfile } from './span-kind.ts';

/**
 * What Haystack's answer says of the parts of its usage, which its instrumentation leaves out: the last words of the answer as
 * Python shows it.
 */
function withHaystack(attributes: Attributes): Attributes {
  const answer = textOf(attributes, 'output.value') ?? '';
  const at = answer.startsWith('{"replies"') ? answer.lastIndexOf("'usage': {") : -1;
  if (at === -1 || has(attributes, 'llm.token_count.prompt_details.cache_read')) return attributes;
  const usage = countsIn(answer.slice(at));
  return {
    ...attributes,
    'llm.token_count.prompt_details.cache_read': usage['cached_tokens'] ?? usage['cache_read_input_tokens'],
    'llm.token_count.prompt_details.cache_write': usage['cache_creation_input_tokens'],
    'llm.token_count.completion_details.reasoning': usage['reasoning_tokens'],
  };
}

const partsOf = ({
  cache_read_tokens,
  cache_write_5m_tokens,
  cache_write_1h_tokens,
  reasoning_tokens,
}: NormalisedUsage) =>
  [cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens].filter(
    (count) => count !== undefined,
  ).length;

/**
 * Where it is put on spans that somebody else made by the conventions (Pydantic AI, Strands, Google's ADK), the parts of the usage
 * may stand in those alone.
 */
function usageOf(attributes: Attributes): Pick<LlmSpanOptions, 'usage' | 'given'> {
  const ofAnthropic = anthropicUsageOf(attributes);
  if (ofAnthropic !== null) return { usage: 'anthropic_api', given: ofAnthropic };
  const given = withHaystack(attributes);
  if (!has(attributes, 'gen_ai.usage.input_tokens')) return { usage: 'openinference', given };
  const [own, other] = [explainUsage('openinference', given).usage, explainUsage('otel', attributes).usage];
  const isSame =
    (own.input_tokens ?? other.input_tokens) === other.input_tokens &&
    (own.output_tokens ?? other.output_tokens) === other.output_tokens;
  return isSame && partsOf(other) > partsOf(own) ? { usage: 'otel' } : { usage: 'openinference', given };
}

export const openInference: SpanProfile = {
  name: 'openinference',
  matches: ({ attributes }) => has(attributes, 'openinference.span.kind'),
  classify: ({ attributes, name }) => {
    switch (textOf(attributes, 'openinference.span.kind')?.toUpperCase()) {
      case 'LLM':
        // LlamaIndex marks what it does around a request, too: methods of its own whose name begins so.
        if (/\._/.test(name)) return step;
        return { is: 'llm', options: { ...usageOf(attributes), operation: 'chat' } };
      case 'EMBEDDING':
        return {
          is: 'llm',
          options: {
            usage: 'openinference',
            operation: 'embeddings',
            model: textOf(attributes, 'embedding.model_name'),
          },
        };
      case 'AGENT':
        return agentStep(attributes, 'openinference');
      case 'TOOL':
        return tool;
      case 'RETRIEVER':
      case 'RERANKER':
        return { is: 'service', service: 'retrieval', operation: name };
      default:
        return step;
    }
  },
};
