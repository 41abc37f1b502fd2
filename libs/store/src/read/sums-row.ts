import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';

/** numeric and sums of int8 arrive as decimal strings. */
type Figure = string | number | null;
export type SumsRow = Record<
  | 'llm_calls'
  | 'llm_errors'
  | 'unpriced_calls'
  | 'estimated_calls'
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_read_tokens'
  | 'cache_write_tokens'
  | 'reasoning_tokens'
  | 'cost_usd'
  | 'avg_llm_ms'
  | 'tool_calls'
  | 'tool_errors'
  | 'avg_tool_ms'
  | 'service_calls'
  | 'git_commits'
  | 'memory_peak',
  Figure
>;

/** The aggregates of `rollup` (as `r`) that the shared totals are made of. Money is rounded once, after summing. */
export const sumColumns = sql`
  sum(r.llm_calls) as llm_calls, sum(r.llm_errors) as llm_errors, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.estimated_calls) as estimated_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens,
  sum(r.cache_read_tokens) as cache_read_tokens,
  coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as cache_write_tokens,
  sum(r.reasoning_tokens) as reasoning_tokens, round(sum(r.cost_usd), 6) as cost_usd,
  round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as avg_llm_ms,
  sum(r.tool_calls) as tool_calls, sum(r.tool_errors) as tool_errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_tool_ms,
  sum(r.service_calls) as service_calls, sum(r.git_commits) as git_commits, max(r.memory_peak) as memory_peak`;

const whole = (value: Figure): number => Number(value ?? 0);
const known = (value: Figure): number | null => (value === null ? null : Number(value));

/** Money of `calls` calls: nothing when there was none to pay, not known when none of them could be priced. */
export const costOf = (cost: Figure, calls: number, unpriced: number): number | null =>
  calls > 0 && unpriced >= calls ? null : whole(cost);

export function toSums(row: SumsRow | undefined): Sums {
  const of = (name: keyof SumsRow): number => whole(row?.[name] ?? null);
  const [calls, unpriced, input, output] = [
    of('llm_calls'),
    of('unpriced_calls'),
    of('input_tokens'),
    of('output_tokens'),
  ];
  return {
    llm_calls: calls,
    llm_errors: of('llm_errors'),
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: of('cache_read_tokens'),
    cache_write_tokens: of('cache_write_tokens'),
    reasoning_tokens: of('reasoning_tokens'),
    total_tokens: input + output,
    cost_usd: costOf(row?.cost_usd ?? null, calls, unpriced),
    unpriced_calls: unpriced,
    estimated_calls: of('estimated_calls'),
    partial: unpriced > 0,
    avg_llm_latency_ms: known(row?.avg_llm_ms ?? null),
    tool_calls: of('tool_calls'),
    tool_successes: of('tool_calls') - of('tool_errors'),
    tool_errors: of('tool_errors'),
    avg_tool_latency_ms: known(row?.avg_tool_ms ?? null),
    service_calls: of('service_calls'),
    git_commits: of('git_commits'),
    peak_memory_bytes: known(row?.memory_peak ?? null),
  };
}
