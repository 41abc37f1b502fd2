import { textOf } from '../attributes.ts';
import { detailsOf } from './details-of.ts';
import { jsonAttribute } from './json-attribute.ts';
import { has, step, tool, type SpanProfile } from './span-kind.ts';

/**
 * Whether what LangChain keeps of an answer is a refusal. LangSmith's exporter loses the error of a call that begins and ends
 * between two of its own requests, and then says that it went well.
 */
function wasRefused(completion: Readonly<Record<string, unknown>>): boolean {
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
  const { message } = detailsOf(first(first(completion['generations'])));
  const { response_metadata: metadata } = detailsOf(detailsOf(message)['kwargs']);
  return Number(detailsOf(metadata)['status_code']) >= 400;
}

/** LangSmith keeps the parts of the input as JSON text beside the semantic conventions' counts, LangChain's own or what came of it. */
export const langSmith: SpanProfile = {
  name: 'langsmith',
  matches: ({ attributes }) => has(attributes, 'langsmith.span.kind'),
  classify: ({ attributes, name }) => {
    const kind = textOf(attributes, 'langsmith.span.kind')?.toLowerCase();
    if (kind === 'tool') return tool;
    if (kind === 'retriever') return { is: 'service', service: 'retrieval', operation: name };
    if (kind !== 'llm' && kind !== 'embedding') return step;
    const told = jsonAttribute(attributes, 'langsmith.metadata.usage_metadata');
    const [input, output] = (['input_token_details', 'output_token_details'] as const).map((name) => ({
      ...detailsOf(told[name]),
      ...jsonAttribute(attributes, `gen_ai.usage.${name}`),
    }));
    const given = {
      ...attributes,
      'gen_ai.usage.cache_read_input_tokens': input?.['cache_read'],
      'gen_ai.usage.cache_creation_input_tokens': input?.['cache_creation'],
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': input?.['ephemeral_5m_input_tokens'],
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': input?.['ephemeral_1h_input_tokens'],
      'gen_ai.usage.reasoning_tokens': output?.['reasoning'],
    };
    const model = textOf(attributes, 'gen_ai.request.model', 'langsmith.metadata.ls_model_name');
    const provider = textOf(attributes, 'gen_ai.system', 'langsmith.metadata.ls_provider');
    const failed = wasRefused(jsonAttribute(attributes, 'gen_ai.completion'));
    return { is: 'llm', options: { usage: 'otel', given, model, provider, failed } };
  },
};
