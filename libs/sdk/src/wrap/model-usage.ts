import { countOf, isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import { normaliseUsage, type NormalisedUsage } from '@telltale/pricing/normalise-usage';

/**
 * Usage as the Vercel AI SDK hands it between its models and itself: counts that include the cache and the reasoning.
 * Only the provider's own words beside it tell cache entries of an hour from those of five minutes.
 */
export function usageOfModel(usage: unknown): NormalisedUsage {
  if (!isJson(usage)) return {};
  const raw = objectOf(usage, 'raw');
  if (countOf(raw, 'cache_creation_input_tokens') !== undefined) return normaliseUsage('anthropic_api', raw);
  const input = usage['inputTokens'];
  const output = usage['outputTokens'];
  const flat: Json = isJson(input)
    ? {
        'ai.usage.inputTokens': input['total'],
        'ai.usage.inputTokenDetails.cacheReadTokens': input['cacheRead'],
        'ai.usage.inputTokenDetails.cacheWriteTokens': input['cacheWrite'],
      }
    : { 'ai.usage.inputTokens': input, 'ai.usage.cachedInputTokens': usage['cachedInputTokens'] };
  const written: Json = isJson(output)
    ? { 'ai.usage.outputTokens': output['total'], 'ai.usage.reasoningTokens': output['reasoning'] }
    : { 'ai.usage.outputTokens': output, 'ai.usage.reasoningTokens': usage['reasoningTokens'] };
  return normaliseUsage('vercel_ai_sdk', { ...flat, ...written });
}

/** A finish reason is a word, or newer the SDK's word beside the provider's. */
export const finishOf = (answer: Json): string | undefined =>
  textOf(answer, 'finishReason') ??
  textOf(objectOf(answer, 'finishReason'), 'raw') ??
  textOf(objectOf(answer, 'finishReason'), 'unified');
