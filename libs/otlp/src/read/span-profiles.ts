import type { UsageSource } from '@telltale/pricing/usage-profiles';
import { textOf } from '../attributes.ts';
import { adk } from './adk.ts';
import { isModelRequest } from './failed-attempts.ts';
import { genkit } from './genkit.ts';
import { langfuse } from './langfuse.ts';
import { langSmith } from './langsmith.ts';
import { liteLlm } from './litellm.ts';
import { logfire } from './logfire.ts';
import { mlflow } from './mlflow.ts';
import { openInference } from './openinference.ts';
import { openLlmetry } from './openllmetry.ts';
import { semanticConventions } from './semantic-conventions.ts';
import { has, step, unused, type SpanProfile } from './span-kind.ts';
import { vercel } from './vercel.ts';
import { voltAgent } from './voltagent.ts';

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

type Row = {
  profile: SpanProfile;
  /** How its tokens are told, inclusive or exclusive: profiles of libs/pricing (`usage-profiles.ts`). None: its spans tell of none. */
  usage: readonly UsageSource[];
  /** Which of its spans are requests to a model; of those around each other the innermost is one, whoever made it. */
  requests: string;
};

/** Who sends which spans, and how they count. The first that matches reads the span; what none knows is unused. */
export const spanTable: readonly Row[] = [
  { profile: claudeCode, usage: ['claude_code_span'], requests: 'span.type llm_request' },
  { profile: codex, usage: [], requests: 'none: its log events tell' },
  { profile: geminiCli, usage: [], requests: 'none: its log events tell' },
  { profile: voltAgent, usage: ['otel'], requests: 'span.type llm that failed; of the others the sum of the agent' },
  { profile: vercel, usage: ['vercel_ai_sdk', 'anthropic_api'], requests: 'ai.operationId .do…' },
  {
    profile: openInference,
    usage: ['openinference', 'otel', 'anthropic_api'],
    requests: 'LLM and EMBEDDING; of AGENT the sum',
  },
  { profile: langfuse, usage: ['unknown'], requests: 'generation and embedding' },
  { profile: langSmith, usage: ['otel'], requests: 'llm and embedding' },
  {
    profile: mlflow,
    usage: ['otel', 'openai_chat', 'openai_responses', 'anthropic_api', 'gemini_api_python'],
    requests: 'CHAT_MODEL, LLM and EMBEDDING',
  },
  { profile: mcp, usage: [], requests: 'none' },
  { profile: liteLlm, usage: ['otel'], requests: 'with llm.request.type; the raw request within repeats it' },
  { profile: genkit, usage: ['unknown'], requests: 'actions that are a model or an embedder' },
  { profile: adk, usage: ['otel', 'gemini_api_python', 'gemini_api'], requests: 'call_llm' },
  {
    profile: logfire,
    usage: ['otel', 'openai_chat', 'openai_responses', 'anthropic_api'],
    requests: 'with an answer; of a stream the log of it',
  },
  { profile: openLlmetry, usage: ['otel'], requests: 'llm.request.type chat, completion and embedding' },
  {
    profile: semanticConventions,
    usage: ['otel'],
    requests: 'operations of inference, and what names model and usage; of invoke_agent the sum',
  },
  { profile: modelRequest, usage: [], requests: 'to a model that failed' },
];
