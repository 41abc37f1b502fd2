import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { CallStats, ServicesAnswer, ToolsAnswer } from '@telltale/contracts/http/metrics-detail';
import { formatFields } from '../fields.ts';
import type { View } from '../query/ask.ts';
import { formatTable } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { failures, lesser, numbers, words } from './columns.ts';
import { formatPeriod } from './format-period.ts';
import { formatPercent } from './words.ts';

export const showTools: View<ToolsAnswer> = (answer, page) =>
  formatPeriod(answer, page) + statsTable('TOOL', answer.tools, page);

/** Models' services and others apart; a kind that was not called is left out. */
export const showServices: View<ServicesAnswer> = (answer, page) => {
  const tables = [
    ...(answer.llm.length > 0 ? [statsTable('LLM SERVICE', answer.llm, page)] : []),
    ...(answer.external.length > 0 ? [statsTable('SERVICE', answer.external, page)] : []),
  ];
  return formatPeriod(answer, page) + tables.join('\n');
};

/** One tool or service. */
export const showCallStats: View<CallStats> = (stats, page) =>
  formatFields(
    [
      ['Name', stats.name],
      ['Calls', formatCount(stats.calls)],
      ['Succeeded', `${formatCount(stats.successes)} (${formatPercent(stats.success_rate)})`],
      ['Failed', failures(stats.errors, page)],
      ['Average', formatDuration(stats.avg_duration_ms)],
      ['Half took', formatDuration(stats.p50_duration_ms)],
      ['90 % took', formatDuration(stats.p90_duration_ms)],
      ['95 % took', formatDuration(stats.p95_duration_ms)],
      ['99 % took', formatDuration(stats.p99_duration_ms)],
      ['Last error', stats.last_error ?? unknownText],
    ],
    page,
  );

function statsTable(heading: string, all: readonly CallStats[], page: Page): string {
  const columns = [
    words(heading),
    numbers('CALLS'),
    numbers('FAILED'),
    numbers('SUCCESS'),
    numbers('AVERAGE'),
    lesser(numbers('P50')),
    lesser(numbers('P95')),
    lesser(numbers('P99')),
    lesser(words('LAST ERROR')),
  ];
  const rows = all.map((stats) => [
    stats.name,
    formatCount(stats.calls),
    failures(stats.errors, page),
    formatPercent(stats.success_rate),
    formatDuration(stats.avg_duration_ms),
    formatDuration(stats.p50_duration_ms),
    formatDuration(stats.p95_duration_ms),
    formatDuration(stats.p99_duration_ms),
    stats.last_error ?? '',
  ]);
  return formatTable(columns, rows, page);
}
