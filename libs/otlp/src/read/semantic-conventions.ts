import { textOf } from '../attributes.ts';
import { agentStep, has, step, tool, unused, type SpanProfile } from './span-kind.ts';

const inference = new Set(['chat', 'generate_content', 'text_completion', 'completion', 'embeddings']);

const usageOfRequest = [
  ['gen_ai.request.model', 'gen_ai.response.model'],
  ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
] as const;

const agentWork = new Set(['invoke_agent', 'create_agent', 'invoke_workflow', 'plan']);

/** All three generations of the GenAI conventions, Pydantic AI, Copilot CLI and the providers' own SDKs. */
export const semanticConventions: SpanProfile = {
  name: 'gen_ai',
  matches: ({ attributes }) =>
    ['gen_ai.operation.name', 'gen_ai.system', 'gen_ai.provider.name'].some((key) => has(attributes, key)),
  classify: ({ attributes }) => {
    if (textOf(attributes, 'logfire.span_type') === 'pending_span') return unused;
    const operation = textOf(attributes, 'gen_ai.operation.name');
    if (operation === undefined) {
      return has(attributes, 'gen_ai.request.model') ? { is: 'llm', options: { usage: 'otel' } } : unused;
    }
    if (inference.has(operation)) return { is: 'llm', options: { usage: 'otel' } };
    if (operation === 'execute_tool') return tool;
    if (operation === 'retrieval')
      return {
        is: 'service',
        service: 'retrieval',
        operation: textOf(attributes, 'gen_ai.data_source.id') ?? 'retrieval',
      };
    if (operation.endsWith('_memory')) return { is: 'memory', operation };
    if (agentWork.has(operation)) return operation === 'invoke_agent' ? agentStep(attributes, 'otel') : step;
    // A word that the conventions do not have, for what only a request to a model tells.
    const tellsUsage = usageOfRequest.every((keys) => keys.some((key) => has(attributes, key)));
    return tellsUsage && operation !== 'fetch_response' ? { is: 'llm', options: { usage: 'otel' } } : unused;
  },
};
