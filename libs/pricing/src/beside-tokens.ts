import { countsBesideTokens } from '@telltale/contracts/records/llm-call';
import type { RecordOf } from '@telltale/contracts/records/record';

/**
 * Attributes of a record that its price depends on, beside its counts of tokens: searches of the web that the provider
 * made (they are billed one by one), tokens that are no text (of those within the input or the output) or that are cited
 * pages (beside both), and the place where it was answered.
 */
export type BesideTokens = Partial<Record<(typeof countsBesideTokens)[number], number>> & {
  /** Where it was answered, as far as that costs more: `us` of Anthropic, `regional` of Vertex. */
  inference_geo?: 'us' | 'regional';
  /** How much of the web was read for it, which a request costs more or less by at Perplexity. */
  search_context_size?: ContextSize;
};

export const contextSizes = ['low', 'medium', 'high'] as const;
export type ContextSize = (typeof contextSizes)[number];

/** More than any call has; a larger number is something else. */
const most = 1e12;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most;

/** What attributes say of it, without what is no count. */
export function besideOf(attributes: RecordOf<'llm_call'>['attributes']): BesideTokens {
  const found: BesideTokens = {};
  for (const name of countsBesideTokens) {
    const value = attributes?.[name];
    if (isCount(value)) found[name] = value;
  }
  const place = attributes?.['inference_geo'];
  if (place === 'us' || place === 'regional') found.inference_geo = place;
  const size = contextSizes.find((one) => one === attributes?.['search_context_size']);
  if (size !== undefined) found.search_context_size = size;
  return found;
}

/** The value at a path of an answer's own usage, 0 where there is no count. */
function countAt(raw: unknown, ...path: string[]): number {
  let value = raw;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return isCount(value) ? value : 0;
}

/** `promptTokensDetails` and the like of Gemini: tokens by what they are. */
function ofModality(raw: unknown, name: string, modality: string): number {
  const details: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, name) : undefined;
  if (!Array.isArray(details)) return 0;
  return details.reduce<number>(
    (sum, one) => sum + (Reflect.get(Object(one), 'modality') === modality ? countAt(one, 'tokenCount') : 0),
    0,
  );
}

/** The same as a provider's own usage says it: Anthropic's, OpenAI's, Google's, Perplexity's or xAI's; attributes of the record to be. */
export function besideOfUsage(raw: unknown): BesideTokens {
  const { inference_geo, search_context_size } = Object(raw) as Record<string, unknown>;
  return besideOf({
    ...(typeof inference_geo === 'string' && { inference_geo }),
    ...(typeof search_context_size === 'string' && { search_context_size }),
    web_searches:
      countAt(raw, 'server_tool_use', 'web_search_requests') +
      countAt(raw, 'num_search_queries') +
      countAt(raw, 'num_sources_used'),
    citation_tokens: countAt(raw, 'citation_tokens'),
    audio_tokens:
      countAt(raw, 'prompt_tokens_details', 'audio_tokens') +
      countAt(raw, 'completion_tokens_details', 'audio_tokens') +
      ofModality(raw, 'promptTokensDetails', 'AUDIO') +
      ofModality(raw, 'candidatesTokensDetails', 'AUDIO'),
    output_image_tokens: ofModality(raw, 'candidatesTokensDetails', 'IMAGE'),
  });
}
