type Details = Readonly<Record<string, unknown>>;

const count = (details: Details, ...names: readonly string[]): number | undefined => {
  const value = names.map((name) => details[name]).find((one) => typeof one === 'number');
  return typeof value === 'number' && value >= 0 ? value : undefined;
};
const part = (details: Details, ...names: readonly string[]): Details => {
  const value = names.map((name) => details[name]).find((one) => typeof one === 'object' && one !== null);
  return (value ?? {}) as Details;
};

/**
 * `usage_details` of Langfuse, inclusive: whoever fills it in leaves the provider's own names (its wrapper of the OpenAI SDK) or
 * gives Langfuse's, with the cache taken out of the input (its handler of LangChain). The total says which.
 */
export function langfuseUsage(usage: Details): Record<string, number | undefined> {
  const input = count(usage, 'input', 'prompt_tokens', 'input_tokens');
  const output = count(usage, 'output', 'completion_tokens', 'output_tokens');
  const ofInput = part(usage, 'prompt_tokens_details', 'input_tokens_details');
  const ofOutput = part(usage, 'completion_tokens_details', 'output_tokens_details');
  const ownRead = count(usage, 'input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens');
  const read = ownRead ?? count(ofInput, 'cached_tokens');
  const write = count(usage, 'cache_creation_input_tokens', 'input_cache_creation', 'input_cache_write');
  const reasoning = count(usage, 'output_reasoning_tokens', 'output_reasoning') ?? count(ofOutput, 'reasoning_tokens');
  const total = count(usage, 'total', 'total_tokens');
  const cached = (read ?? 0) + (write ?? 0);
  const sum = (input ?? 0) + (output ?? 0);
  // Its own names add up to the total, which it makes itself where nobody gives one.
  const addsUp = total === undefined && count(usage, 'input') !== undefined && (ownRead ?? write) !== undefined;
  const cacheApart = cached > 0 && (addsUp || total === sum + cached || total === sum + cached + (reasoning ?? 0));
  const reasoningApart =
    (reasoning ?? 0) > 0 && (total === sum + (reasoning ?? 0) || total === sum + cached + (reasoning ?? 0));
  return {
    input_tokens: input === undefined || !cacheApart ? input : input + cached,
    output_tokens: output === undefined || !reasoningApart ? output : output + (reasoning ?? 0),
    cache_read_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: reasoning,
  };
}
