import { countOf, known, objectOf, type Json } from '@telltale/answers/json-fields';

/** Disjoint counts of one or more calls; undefined is not known. */
export type TokenBuckets = {
  fresh?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
  output?: number | undefined;
  reasoning?: number | undefined;
};

const bucketNames = ['fresh', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output', 'reasoning'] as const;

/** Anthropic's `usage`: input is without cache, and writes are split by lifetime when the answer says so. */
export function bucketsOfUsage(usage: Json): TokenBuckets {
  const split = objectOf(usage, 'cache_creation');
  const written = countOf(usage, 'cache_creation_input_tokens');
  const oneHour = countOf(split, 'ephemeral_1h_input_tokens');
  const fiveMinutes = countOf(split, 'ephemeral_5m_input_tokens') ?? subtract(written, oneHour ?? 0);
  return {
    fresh: countOf(usage, 'input_tokens'),
    cacheRead: countOf(usage, 'cache_read_input_tokens'),
    cacheWrite5m: fiveMinutes,
    cacheWrite1h: oneHour,
    output: countOf(usage, 'output_tokens'),
    reasoning: countOf(objectOf(usage, 'output_tokens_details'), 'thinking_tokens'),
  };
}

/** One model's entry of Claude Code's `modelUsage`. */
export function bucketsOfModelUsage(usage: Json): TokenBuckets {
  const oneHour = countOf(usage, 'cacheCreationEphemeral1hInputTokens');
  return {
    fresh: countOf(usage, 'inputTokens'),
    cacheRead: countOf(usage, 'cacheReadInputTokens'),
    cacheWrite5m:
      countOf(usage, 'cacheCreationEphemeral5mInputTokens') ??
      subtract(countOf(usage, 'cacheCreationInputTokens'), oneHour ?? 0),
    cacheWrite1h: oneHour,
    output: countOf(usage, 'outputTokens'),
    reasoning: countOf(usage, 'thinkingTokens'),
  };
}

const subtract = (from: number | undefined, amount: number): number | undefined =>
  from === undefined ? undefined : Math.max(0, from - amount);

export function addBuckets(a: TokenBuckets, b: TokenBuckets): TokenBuckets {
  const sum: TokenBuckets = {};
  for (const name of bucketNames) {
    const [x, y] = [a[name], b[name]];
    sum[name] = x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  }
  return sum;
}

/** What of a total is not in the parts; never below 0, not known where the total is not. */
export function restOf(total: TokenBuckets, parts: TokenBuckets): TokenBuckets {
  const rest: TokenBuckets = {};
  for (const name of bucketNames) rest[name] = subtract(total[name], parts[name] ?? 0);
  return rest;
}

/** A later report of the same call: what it names replaces what was known before (usage in a stream is cumulative). */
export const mergeBuckets = (before: TokenBuckets, after: TokenBuckets): TokenBuckets => ({
  ...before,
  ...known(after),
});

export const inputOf = ({ fresh, cacheRead, cacheWrite5m, cacheWrite1h }: TokenBuckets): number | undefined =>
  fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0);

/** The fields of an `llm_call`: input there includes what the cache gave and took. */
export function tokenFields(buckets: TokenBuckets) {
  return known({
    input_tokens: inputOf(buckets),
    output_tokens: buckets.output,
    cache_read_tokens: buckets.cacheRead,
    cache_write_5m_tokens: buckets.cacheWrite5m,
    cache_write_1h_tokens: buckets.cacheWrite1h,
    reasoning_tokens: buckets.reasoning,
  });
}
