import { z } from 'zod';
import { count, errorMessage, milliseconds, name, usd } from '../text.ts';
import { common } from './common.ts';

/** Which way a call was seen. One call seen several ways is counted once. */
export const llmOrigin = z.enum(['proxy', 'otlp', 'sdk', 'stdout', 'transcript']);

/** No call has a trillion tokens; the bound keeps sums over many calls exact in JSON. */
const tokens = count.max(1e12);

/** The counts of tokens that a call may carry; `input_tokens` holds those of caches, `output_tokens` those of reasoning. */
export const tokenCounts = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
] as const;
export type TokenCount = (typeof tokenCounts)[number];

/** Attributes that hold counts of what is billed otherwise than tokens of text, see docs/prices.md. */
export const countsBesideTokens = ['web_searches', 'audio_tokens', 'output_image_tokens', 'citation_tokens'] as const;

/** One request to a language model. Token counts that the origin did not give are absent, never 0. */
export const llmCall = z.object({
  ...common,
  kind: z.literal('llm_call'),
  provider: name.optional(),
  /** As requested; "unknown" when the origin gives none. */
  model: name,
  /** As billed, when the answer named another. */
  response_model: name.optional(),
  operation: name.optional(),
  /** Tokens, cache reads and writes included. */
  input_tokens: tokens.optional(),
  /** Tokens, reasoning included. */
  output_tokens: tokens.optional(),
  cache_read_tokens: tokens.optional(),
  cache_write_5m_tokens: tokens.optional(),
  cache_write_1h_tokens: tokens.optional(),
  reasoning_tokens: tokens.optional(),
  service_tier: name.optional(),
  speed: name.optional(),
  /** US dollars by the client's or provider's own account, kept beside ours. */
  reported_cost_usd: usd.optional(),
  duration_ms: milliseconds.optional(),
  /** Time to the first token. */
  ttft_ms: milliseconds.optional(),
  stop_reason: name.optional(),
  message_count: count.optional(),
  tool_count: count.optional(),
  tool_calls: count.optional(),
  /** 1 for the first try. */
  attempt: count.optional(),
  streamed: z.boolean().optional(),
  status: z.enum(['ok', 'error', 'aborted']),
  error_type: name.optional(),
  error_message: errorMessage.optional(),
  origin: llmOrigin,
  /** The provider's request id (a response header). */
  request_id: name.optional(),
  /** The provider's message or response id (in the body). */
  message_id: name.optional(),
});
