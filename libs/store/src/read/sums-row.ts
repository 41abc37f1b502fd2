import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';

/** numeric and sums of int8 arrive as decimal strings. */
type Figure = string | number | null;

/** The aggregates of `rollup` (as `r`) that the shared totals are made of. Money is rounded once, after summing. */
const aggregates = {
  llm_calls: sql`sum(r.llm_calls)`,
  llm_errors: sql`sum(r.llm_errors)`,
  unpriced_calls: sql`sum(r.unpriced_calls)`,
  estimated_calls: sql`sum(r.estimated_calls)`,
  input_tokens: sql`sum(r.input_tokens)`,
  output_tokens: sql`sum(r.output_tokens)`,
  cache_read_tokens: sql`sum(r.cache_read_tokens)`,
  cache_write_tokens: sql`coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0)`,
  reasoning_tokens: sql`sum(r.reasoning_tokens)`,
  cost_usd: sql`round(sum(r.cost_usd), 6)`,
  avg_llm_ms: sql`round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3)`,
  tool_calls: sql`sum(r.tool_calls)`,
  tool_errors: sql`sum(r.tool_errors)`,
  avg_tool_ms: sql`round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3)`,
  service_calls: sql`sum(r.service_calls)`,
  git_commits: sql`sum(r.git_commits)`,
  memory_peak: sql`max(r.memory_peak)`,
} as const;
export type SumColumn = keyof typeof aggregates;
export type SumsRow = Record<SumColumn, Figure>;

/** All of the money, for averages: one of the rounded total may be wrong in its last digit. As text, which JSON keeps. */
export const exactCost = sql`sum(r.cost_usd)::text as exact_cost`;
export type WithExactCost<T> = T & { exact_cost: string | null };

/** Some of them: adding up what nobody reads takes most of the time of a question about many buckets. */
export const sumColumnsOf = (names: readonly SumColumn[]): RawBuilder<unknown> =>
  sql.join(names.map((name) => sql`${aggregates[name]} as ${sql.ref(name)}`));

const isColumn = (name: string): name is SumColumn => name in aggregates;
/** All of them. */
export const sumColumns = sumColumnsOf(Object.keys(aggregates).filter(isColumn));

/** The columns that one of the shared totals is made of. */
const partsOf: Partial<Record<keyof Sums, readonly SumColumn[]>> = {
  total_tokens: ['input_tokens', 'output_tokens'],
  cost_usd: ['cost_usd', 'llm_calls', 'unpriced_calls'],
  partial: ['unpriced_calls'],
  avg_llm_latency_ms: ['avg_llm_ms'],
  tool_successes: ['tool_calls', 'tool_errors'],
  avg_tool_latency_ms: ['avg_tool_ms'],
  peak_memory_bytes: ['memory_peak'],
};
export const columnsOf = (totals: readonly (keyof Sums)[]): SumColumn[] => [
  ...new Set(totals.flatMap((total) => partsOf[total] ?? (isColumn(total) ? [total] : []))),
];

const whole = (value: Figure): number => Number(value ?? 0);
const known = (value: Figure): number | null => (value === null ? null : Number(value));

/** Money of `calls` calls: nothing when there was none to pay, not known when none of them could be priced. */
export const costOf = (cost: Figure, calls: number, unpriced: number): number | null =>
  calls > 0 && unpriced >= calls ? null : whole(cost);

/** Of columns that were not asked for the totals are 0 or null. */
export function toSums(row: Partial<SumsRow> | undefined): Sums {
  const of = (name: SumColumn): number => whole(row?.[name] ?? null);
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

/** Money to make averages of; null where its total is not known. */
export const exactCostOf = (row: WithExactCost<unknown> | undefined, sums: Sums): string | null =>
  sums.cost_usd === null ? null : (row?.exact_cost ?? '0');
