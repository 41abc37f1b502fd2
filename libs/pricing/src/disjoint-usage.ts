import type { TokenCount } from '@telltale/contracts/records/llm-call';
import type { RecordOf } from '@telltale/contracts/records/record';

/** Tokens of one call in classes that do not overlap: the first four add up to the input, the last two to the output. */
export type DisjointUsage = {
  fresh: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  /** Output that is not reasoning. */
  output: number;
  reasoning: number;
};

export type UsageOfRecord = Pick<RecordOf<'llm_call'>, TokenCount>;

/**
 * Splits a record's inclusive counts. A sender whose cache tokens exceed the input meant the input without them, one
 * whose reasoning exceeds the output meant the output without it; `contradicts` says so.
 */
export function disjointUsage(record: UsageOfRecord): DisjointUsage & { input: number; contradicts: boolean } {
  const cache_read = record.cache_read_tokens ?? 0;
  const cache_write_5m = record.cache_write_5m_tokens ?? 0;
  const cache_write_1h = record.cache_write_1h_tokens ?? 0;
  const reasoning = record.reasoning_tokens ?? 0;
  const cached = cache_read + cache_write_5m + cache_write_1h;
  const input = record.input_tokens ?? cached;
  const output = record.output_tokens ?? reasoning;
  const fresh = input >= cached ? input - cached : input;
  return {
    fresh,
    cache_read,
    cache_write_5m,
    cache_write_1h,
    output: output >= reasoning ? output - reasoning : output,
    reasoning,
    input: fresh + cached,
    contradicts: input < cached || output < reasoning,
  };
}
