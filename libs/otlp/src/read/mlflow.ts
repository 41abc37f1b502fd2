import { textOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import type { LlmSpanOptions } from './llm-span.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/** Each attribute is JSON text. */
function wordOf(attributes: Attributes, key: string): string | undefined {
  const text = textOf(attributes, key);
  return text === undefined ? undefined : (/^"([^"\\]*)"$/.exec(text)?.[1] ?? text);
}

const detailsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The usage as the API wrote it, where the span has the answer; what MLflow makes of it knows no thoughts. */
function usageOf(
  attributes: Attributes,
  answer: Readonly<Record<string, unknown>>,
): Pick<LlmSpanOptions, 'usage' | 'given'> {
  const usage = detailsOf(answer['usage']);
  if (typeof usage['prompt_tokens'] === 'number') return { usage: 'openai_chat', given: usage };
  if (typeof usage['input_tokens'] === 'number') {
    const isAnthropic = wordOf(attributes, 'mlflow.message.format') === 'anthropic';
    return { usage: isAnthropic ? 'anthropic_api' : 'openai_responses', given: usage };
  }
  const metadata = detailsOf(answer['usage_metadata']);
  if (typeof metadata['prompt_token_count'] === 'number') return { usage: 'gemini_api_python', given: metadata };
  const told = jsonAttribute(attributes, 'mlflow.chat.tokenUsage');
  const given = {
    'gen_ai.usage.input_tokens': told['input_tokens'],
    'gen_ai.usage.output_tokens': told['output_tokens'],
    'gen_ai.usage.cache_read_input_tokens': told['cache_read_input_tokens'],
    'gen_ai.usage.cache_creation_input_tokens': told['cache_creation_input_tokens'],
    'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': told['cache_creation_input_tokens_above_1hr'],
  };
  return { usage: 'otel', given };
}

function callOf(attributes: Attributes, operation: string): LlmSpanOptions {
  const answer = jsonAttribute(attributes, 'mlflow.spanOutputs');
  const { id } = answer;
  return {
    ...usageOf(attributes, answer),
    operation,
    model: wordOf(attributes, 'mlflow.llm.model') ?? wordOf(attributes, 'model'),
    provider: wordOf(attributes, 'mlflow.llm.provider'),
    ...(typeof id === 'string' && { messageId: id }),
  };
}

/** MLflow's tracing; where it writes the semantic conventions as well those are read. */
export const mlflow: SpanProfile = {
  name: 'mlflow',
  matches: ({ attributes }) => has(attributes, 'mlflow.spanType') && !has(attributes, 'gen_ai.operation.name'),
  classify: ({ attributes, name }) => {
    switch (wordOf(attributes, 'mlflow.spanType')) {
      case 'CHAT_MODEL':
      case 'LLM':
        return { is: 'llm', options: callOf(attributes, 'chat') };
      case 'EMBEDDING':
        return { is: 'llm', options: callOf(attributes, 'embeddings') };
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
