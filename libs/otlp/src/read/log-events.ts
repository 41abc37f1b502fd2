import { numberOf, type Attributes } from '../attributes.ts';
import { inferenceDetails } from './inference-details.ts';
import { callEvent, failedCallEvent, narrated, toolEvent, type EventReader } from './log-profiles.ts';

const claudeCall = callEvent({ usage: 'claude_code_log', provider: 'anthropic' });
const codexCall = callEvent({ usage: 'codex_log' });
const codexFailure = failedCallEvent({});
const geminiCall = callEvent({ usage: 'gemini_cli_log', provider: 'google' });
/** Qwen Code grew out of Gemini CLI: the same words, but the usage is that of an API like OpenAI's. */
const qwenCall = callEvent({ usage: 'qwen_code_log' });

const hasUsage = (attributes: Attributes): boolean => numberOf(attributes, 'input_token_count') !== undefined;

/**
 * The coding agents' own events, by the name each client gives (Claude Code leaves its prefix to the body). An event of
 * these clients that is not here is an internal of theirs, or is told again by another one.
 */
export const logEvents: ReadonlyMap<string, EventReader> = new Map<string, EventReader>([
  ['claude_code.api_request', claudeCall],
  ['claude_code.api_error', failedCallEvent({ provider: 'anthropic' })],
  ['claude_code.tool_result', toolEvent],
  ['claude_code.user_prompt', narrated('info', 'prompt_length')],
  ['claude_code.api_retries_exhausted', narrated('error', 'model', 'error', 'status_code', 'total_attempts')],
  ['claude_code.api_refusal', narrated('warning', 'model')],
  ['claude_code.subagent_completed', narrated('info', 'agent_type', 'total_tokens', 'total_tool_uses', 'duration_ms')],
  ['claude_code.compaction', narrated('info', 'trigger', 'pre_tokens', 'post_tokens')],
  ['claude_code.internal_error', narrated('error', 'error', 'error_name')],
  // Every server-sent event is one; only the last of a response carries its usage.
  ['codex.sse_event', (context) => (hasUsage(context.attributes) ? codexCall(context) : null)],
  [
    'codex.api_request',
    (context) =>
      (numberOf(context.attributes, 'http.response.status_code') ?? 200) >= 400 ? codexFailure(context) : null,
  ],
  ['codex.tool_result', toolEvent],
  ['codex.user_prompt', narrated('info', 'prompt_length')],
  ['codex.conversation_starts', narrated('info', 'model', 'provider_name', 'sandbox_policy')],
  ['gemini_cli.api_response', geminiCall],
  ['gemini_cli.api_error', failedCallEvent({ provider: 'google' })],
  ['gemini_cli.tool_call', toolEvent],
  ['gemini_cli.user_prompt', narrated('info', 'prompt_length')],
  ['gemini_cli.agent.finish', narrated('info', 'agent_name', 'duration_ms', 'turn_count', 'terminate_reason')],
  ['gemini_cli.chat_compression', narrated('info', 'tokens_before', 'tokens_after')],
  ['gemini_cli.flash_fallback', narrated('warning', 'auth_type')],
  ['gen_ai.client.inference.operation.details', inferenceDetails],
  ['qwen-code.api_response', qwenCall],
  ['qwen-code.api_error', failedCallEvent({})],
  ['qwen-code.tool_call', toolEvent],
  ['qwen-code.user_prompt', narrated('info', 'prompt_length')],
  ['qwen-code.chat_compression', narrated('info', 'tokens_before', 'tokens_after')],
]);

/** Prefixes of events that `logEvents` knows or leaves out on purpose. */
export const ownedEvents = /^(?:claude_code|codex|gemini_cli|qwen-code|gen_ai)\./;
