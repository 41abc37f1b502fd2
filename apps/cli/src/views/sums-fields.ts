import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import type { Sums } from '@telltale/contracts/sums';
import { callsWithoutPrice, formatCallCost } from './words.ts';

type Field = readonly [label: string, value: string];

/** The totals of one thing, as fields. */
export function sumsFields(sums: Sums): Field[] {
  const unpriced = sums.unpriced_calls === 0 ? '' : ` (without ${callsWithoutPrice(sums.unpriced_calls)})`;
  const tokens = [
    `${formatCount(sums.input_tokens)} in`,
    `${formatCount(sums.output_tokens)} out`,
    ...(sums.cache_read_tokens > 0 ? [`${formatCount(sums.cache_read_tokens)} of the input read from cache`] : []),
    ...(sums.cache_write_tokens > 0 ? [`${formatCount(sums.cache_write_tokens)} written to it`] : []),
    ...(sums.reasoning_tokens > 0 ? [`${formatCount(sums.reasoning_tokens)} of the output reasoning`] : []),
  ];
  return [
    ['Cost', formatCallCost(sums) + unpriced],
    ['Tokens', sums.total_tokens === 0 ? '0' : `${formatCount(sums.total_tokens)} (${tokens.join(', ')})`],
    ['LLM calls', calls(sums.llm_calls, sums.llm_errors, sums.avg_llm_latency_ms)],
    ['Tool calls', calls(sums.tool_calls, sums.tool_errors, sums.avg_tool_latency_ms)],
    ['Service calls', formatCount(sums.service_calls)],
    ['Commits', formatCount(sums.git_commits)],
    ['Peak memory', formatBytes(sums.peak_memory_bytes)],
  ];
}

function calls(count: number, errors: number, average: number | null): string {
  const more = [
    ...(errors > 0 ? [`${formatCount(errors)} failed`] : []),
    ...(average === null ? [] : [`${formatDuration(average)} on average`]),
  ];
  return more.length === 0 ? formatCount(count) : `${formatCount(count)} (${more.join(', ')})`;
}
