import { textOf, type Attributes } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import { jsonAttribute } from './json-attribute.ts';
import { langfuseUsage } from './langfuse-usage.ts';
import type { LlmSpanOptions } from './llm-span.ts';

/** What a span is, to us. `unused` spans are a client's internals or repeat what another item tells. */
export type SpanKind =
  | { is: 'llm'; options: LlmSpanOptions }
  | { is: 'tool' }
  | { is: 'step' }
  | { is: 'memory'; operation: string }
  | { is: 'service'; service: string; operation: string }
  | { is: 'unused' };

export type SpanProfile = {
  name: string;
  matches: (span: Span, source: Source) => boolean;
  classify: (span: Span, source: Source) => SpanKind;
};

const unused: SpanKind = { is: 'unused' };
const step: SpanKind = { is: 'step' };
const tool: SpanKind = { is: 'tool' };

const has = (attributes: Attributes, key: string): boolean => attributes[key] !== undefined;

const inference = new Set(['chat', 'generate_content', 'text_completion', 'completion', 'embeddings']);
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

/** Vercel AI SDK: only the `do…` spans are requests, what is around them sums them up. */
const vercel: SpanProfile = {
  name: 'vercel-ai-sdk',
  matches: ({ attributes }) => has(attributes, 'ai.operationId'),
  classify: ({ attributes }) => {
    const operation = textOf(attributes, 'ai.operationId') ?? '';
    if (/\.do(?:Generate|Stream|Embed)$/.test(operation)) {
      return {
        is: 'llm',
        options: { usage: 'vercel_ai_sdk', operation: operation.endsWith('Embed') ? 'embeddings' : 'chat' },
      };
    }
    return operation === 'ai.toolCall' ? tool : step;
  },
};

const openInference: SpanProfile = {
  name: 'openinference',
  matches: ({ attributes }) => has(attributes, 'openinference.span.kind'),
  classify: ({ attributes, name }) => {
    switch (textOf(attributes, 'openinference.span.kind')?.toUpperCase()) {
      case 'LLM':
        return { is: 'llm', options: { usage: 'openinference', operation: 'chat' } };
      case 'EMBEDDING':
        return {
          is: 'llm',
          options: {
            usage: 'openinference',
            operation: 'embeddings',
            model: textOf(attributes, 'embedding.model_name'),
          },
        };
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

/** LangSmith keeps the parts of the input as JSON text beside the semantic conventions' counts. */
const langSmith: SpanProfile = {
  name: 'langsmith',
  matches: ({ attributes }) => has(attributes, 'langsmith.span.kind'),
  classify: ({ attributes, name }) => {
    const kind = textOf(attributes, 'langsmith.span.kind')?.toLowerCase();
    if (kind === 'tool') return tool;
    if (kind === 'retriever') return { is: 'service', service: 'retrieval', operation: name };
    if (kind !== 'llm' && kind !== 'embedding') return step;
    const input = jsonAttribute(attributes, 'gen_ai.usage.input_token_details');
    const output = jsonAttribute(attributes, 'gen_ai.usage.output_token_details');
    const given = {
      ...attributes,
      'gen_ai.usage.cache_read_input_tokens': input['cache_read'],
      'gen_ai.usage.cache_creation_input_tokens': input['cache_creation'],
      'gen_ai.usage.reasoning_tokens': output['reasoning'],
    };
    const model = textOf(attributes, 'gen_ai.request.model', 'langsmith.metadata.ls_model_name');
    const provider = textOf(attributes, 'gen_ai.system', 'langsmith.metadata.ls_provider');
    return { is: 'llm', options: { usage: 'otel', given, model, provider } };
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
    return agentWork.has(operation) ? step : unused;
  },
};

/** The first that matches reads the span; what none knows is unused. */
export const spanProfiles: readonly SpanProfile[] = [
  claudeCode,
  codex,
  geminiCli,
  vercel,
  openInference,
  langfuse,
  langSmith,
  mcp,
  openLlmetry,
  semanticConventions,
];
