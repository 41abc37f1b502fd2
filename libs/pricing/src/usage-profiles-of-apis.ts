import type { UsageProfile } from './usage-profile.ts';

/** `usage` of the Messages API; a stream's deltas carry the same fields, cumulative. */
export const anthropicApi: UsageProfile = {
  input: ['input_tokens'],
  input_includes_cache: false,
  cache_read: ['cache_read_input_tokens'],
  cache_write: ['cache_creation_input_tokens'],
  cache_write_5m: ['cache_creation.ephemeral_5m_input_tokens'],
  cache_write_1h: ['cache_creation.ephemeral_1h_input_tokens'],
  output: ['output_tokens'],
  output_includes_reasoning: true,
  reasoning: ['output_tokens_details.thinking_tokens'],
  service_tier: ['service_tier'],
  speed: ['speed'],
};

/** `usage` of the Responses API. */
export const openaiResponses: UsageProfile = {
  input: ['input_tokens'],
  input_includes_cache: true,
  cache_read: ['input_tokens_details.cached_tokens'],
  cache_write: ['input_tokens_details.cache_write_tokens'],
  cache_write_5m: ['input_tokens_details.cache_write_tokens_details.ttl_30m_tokens'],
  cache_write_1h: ['input_tokens_details.cache_write_tokens_details.ttl_12h_tokens'],
  output: ['output_tokens'],
  output_includes_reasoning: true,
  reasoning: ['output_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
  service_tier: ['service_tier'],
  cost_ticks: ['cost_in_usd_ticks'],
};

/** `usage` of the Chat Completions API and of the servers that speak it. */
export const openaiChat: UsageProfile = {
  input: ['prompt_tokens'],
  input_includes_cache: true,
  cache_read: ['prompt_tokens_details.cached_tokens', 'prompt_cache_hit_tokens'],
  cache_write: ['prompt_tokens_details.cache_write_tokens'],
  output: ['completion_tokens'],
  output_includes_reasoning: true,
  reasoning: ['completion_tokens_details.reasoning_tokens'],
  total: ['total_tokens'],
  service_tier: ['service_tier'],
  // Perplexity tells it by its parts, others in one, xAI in a unit of its own.
  cost: ['cost.total_cost', 'cost'],
  cost_ticks: ['cost_in_usd_ticks'],
};

/** What Perplexity adds to it: a research reasons through what it found before it writes, which no total holds. */
export const perplexityApi: UsageProfile = {
  ...openaiChat,
  output_includes_reasoning: false,
  reasoning: ['reasoning_tokens'],
};

/**
 * The three generations of GenAI attributes and what clients that follow them call the rest: OpenLLMetry, OpenLIT, Pydantic AI
 * (`details`), Strands, Google's ADK, Sentry and OpenRouter (`input_tokens.cached`).
 */
export const otel: UsageProfile = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens'],
  input_includes_cache: true,
  cache_read: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
    'gen_ai.usage.cached_input_tokens',
    'gen_ai.usage.cache_read_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'gen_ai.usage.details.cache_read_input_tokens',
    'gen_ai.usage.details.cached_tokens',
    'gen_ai.usage.prompt_tokens_details.cached_tokens',
  ],
  cache_write: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.input_tokens.cache_write',
    'gen_ai.usage.cache_write_tokens',
    'gen_ai.usage.details.cache_write_tokens',
    'gen_ai.usage.details.cache_creation_input_tokens',
    'gen_ai.usage.prompt_tokens_details.cache_creation_tokens',
  ],
  cache_write_5m: ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens'],
  cache_write_1h: ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens'],
  output_includes_reasoning: true,
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'gen_ai.usage.thinking_tokens',
    'gen_ai.usage.details.reasoning_tokens',
    'gen_ai.usage.experimental.reasoning_tokens',
    'gen_ai.usage.completion_tokens_details.reasoning_tokens',
    'llm.usage.reasoning_tokens',
    'codex.usage.reasoning_output_tokens',
  ],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  service_tier: [
    'openai.response.service_tier',
    'gen_ai.openai.response.service_tier',
    'anthropic.response.service_tier',
  ],
  // github.copilot.cost counts premium requests, not dollars.
  cost: ['gen_ai.usage.cost', 'gen_ai.usage.total_cost', 'gen_ai.cost.total_cost', 'operation.cost'],
};

/** `usageMetadata`: thoughts and the results of the provider's own tools are counted apart. */
export const geminiApi: UsageProfile = {
  input: ['promptTokenCount'],
  extra_input: ['toolUsePromptTokenCount'],
  input_includes_cache: true,
  cache_read: ['cachedContentTokenCount'],
  output: ['candidatesTokenCount'],
  output_includes_reasoning: false,
  reasoning: ['thoughtsTokenCount'],
};

/** The last object of Ollama's own API. */
export const ollamaApi: UsageProfile = {
  input: ['prompt_eval_count'],
  input_includes_cache: true,
  output: ['eval_count'],
  output_includes_reasoning: true,
};
