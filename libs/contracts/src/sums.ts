import { z } from 'zod';

/** Whole; beyond 2^53 rounded rather than refused, so that no sender can make an answer fail. */
export const total = z.number().nonnegative();

/**
 * The totals that agent, model, session, task and run rows share. `cost_usd` is null when no call could be priced and
 * there was one; `partial` says that `unpriced_calls` calls are missing from it, and `estimated_calls` counts those of
 * its amounts that are guesses: of a default price, or of a price that fits nearly.
 */
export const sums = {
  llm_calls: total,
  llm_errors: total,
  input_tokens: total,
  output_tokens: total,
  cache_read_tokens: total,
  cache_write_tokens: total,
  reasoning_tokens: total,
  /** input + output. */
  total_tokens: total,
  cost_usd: z.number().nullable(),
  unpriced_calls: total,
  /** Calls whose `cost_source` is estimated or approximate; their amounts are in `cost_usd`. */
  estimated_calls: total,
  partial: z.boolean(),
  avg_llm_latency_ms: z.number().nullable(),
  tool_calls: total,
  tool_successes: total,
  tool_errors: total,
  avg_tool_latency_ms: z.number().nullable(),
  service_calls: total,
  git_commits: total,
  peak_memory_bytes: total.nullable(),
} as const;

export const sumsObject = z.object(sums);
export type Sums = z.output<typeof sumsObject>;
