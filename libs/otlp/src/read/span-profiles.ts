import { numberOf, textOf, type Attributes } from '../attributes.ts';
import type { LlmSpanOptions } from './llm-span.ts';
import { isModelRequest } from './failed-attempts.ts';
import { genkitCall } from './genkit-call.ts';
import { jsonAttribute } from './json-attribute.ts';
import { countsIn } from './python-counts.ts';
import { langfuseUsage } from './langfuse-usage.ts';
import { logfire } from './logfire.ts';
import { mlflow } from './mlflow.ts';
import { openInference } from './openinference.ts';
import { agentStep, has, step, tool, unused, type SpanProfile } from './span-kind.ts';
import { voltAgent } from './voltagent.ts';

const inference = new Set(['chat', 'generate_content', 'text_completion', 'completion', 'embeddings']);
const detailsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const usageOfRequest = [
  ['gen_ai.request.model', 'gen_ai.response.model'],
  ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
] as const;

const agentWork = new Set(['invoke_agent', 'create_agent', 'invoke_workflow', 'plan']);

/** The spans of Claude Code: usage without the split of cache writes and without cost, the log events have both. */
const claudeCode: SpanProfile = {
  name: 'claude-code',
  matches: (_span, { scope }) => scope.startsWith('com.anthropic.claude_code'),
  classify: ({ attributes }) => {
    const type = textOf(attributes, 'span.type');
    if (type === 'llm_request') return { is: 'llm', options: { usage: 'claude_code_span', provider: 'anthropic' } };
    // Its tools are told by the log event tool_result, with their success.
    return type === 'interaction' ? step : unused;
  },
};

/** Hundreds of tracing internals; its token counts repeat the log events, without an id to join them by. */
const codex: SpanProfile = {
  name: 'codex',
  matches: (_span, { scope, resource }) =>
    scope.startsWith('codex') || (textOf(resource, 'service.name') ?? '').startsWith('codex'),
  classify: () => unused,
};

/** Its spans carry no tokens; calls and tools are told by its log events. */
const geminiCli: SpanProfile = {
  name: 'gemini-cli',
  matches: (_span, { resource }) => /^(?:gemini-cli|qwen-code)$/.test(textOf(resource, 'service.name') ?? ''),
  classify: () => unused,
};

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
const vercel: SpanProfile = {
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

/** Langfuse counts classes apart under its own names, as JSON text. */
const langfuse: SpanProfile = {
  name: 'langfuse',
  matches: ({ attributes }) => has(attributes, 'langfuse.observation.type'),
  classify: ({ attributes }) => {
    const type = textOf(attributes, 'langfuse.observation.type');
    if (type === 'tool') return tool;
    if (type !== 'generation' && type !== 'embedding') return step;
    const given = {
      ...langfuseUsage(jsonAttribute(attributes, 'langfuse.observation.usage_details')),
      cost_usd: jsonAttribute(attributes, 'langfuse.observation.cost_details')['total'],
    };
    const operation = type === 'embedding' ? 'embeddings' : 'chat';
    return {
      is: 'llm',
      options: { usage: 'unknown', given, operation, model: textOf(attributes, 'langfuse.observation.model.name') },
    };
  },
};

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
const langSmith: SpanProfile = {
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

/** OpenLLMetry: the semantic conventions plus words of its own for what encloses calls. */
const openLlmetry: SpanProfile = {
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

/**
 * LiteLLM writes the parts of the usage as Python shows them; the raw request within tells the same once more. Its own
 * operation is the kind of its function.
 */
const liteLlm: SpanProfile = {
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

/** Google's ADK before it wrote the conventions: its usage is the API's own answer, thoughts apart. */
const adk: SpanProfile = {
  name: 'adk',
  matches: ({ attributes, name }, { scope }) =>
    scope === 'gcp.vertex.agent' && name === 'call_llm' && !has(attributes, 'gen_ai.operation.name'),
  classify: ({ attributes }) => {
    const answer = jsonAttribute(attributes, 'gcp.vertex.agent.llm_response')['usage_metadata'];
    const given = answer === undefined ? {} : { given: answer };
    return {
      is: 'llm',
      options: {
        usage: answer === undefined ? 'otel' : 'gemini_api_python',
        ...given,
        provider: 'gcp.gemini',
        operation: 'generate_content',
      },
    };
  },
};

/** Genkit tells of models, tools and flows alike as actions, with all that went in and came out. */
const genkit: SpanProfile = {
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

/** What an HTTP client tells of: only the attempts that failed, as the rest is told by who asked. */
const modelRequest: SpanProfile = {
  name: 'http',
  matches: isModelRequest,
  classify: () => ({ is: 'request' }),
};

const mcp: SpanProfile = {
  name: 'mcp',
  matches: ({ attributes }) => has(attributes, 'mcp.method.name'),
  classify: ({ attributes, name }) => ({
    is: 'service',
    service: 'mcp',
    operation: [textOf(attributes, 'mcp.method.name') ?? name, textOf(attributes, 'gen_ai.tool.name')]
      .filter((word) => word !== undefined)
      .join(' '),
  }),
};

/** All three generations of the GenAI conventions, Pydantic AI, Copilot CLI and the providers' own SDKs. */
const semanticConventions: SpanProfile = {
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

/** The first that matches reads the span; what none knows is unused. */
export const spanProfiles: readonly SpanProfile[] = [
  claudeCode,
  codex,
  geminiCli,
  voltAgent,
  vercel,
  openInference,
  langfuse,
  langSmith,
  mlflow,
  mcp,
  liteLlm,
  genkit,
  adk,
  logfire,
  openLlmetry,
  semanticConventions,
  modelRequest,
];
