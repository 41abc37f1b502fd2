import { countOf } from '@telltale/contracts/by-name';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import type { SummaryAnswer } from '@telltale/contracts/http/metrics';
import type { View } from '../query/ask.ts';
import { formatTable } from '../table.ts';
import type { Page } from '../terminal/page.ts';
import { numbers, words } from './columns.ts';
import { formatPeriod } from './format-period.ts';
import { estimatedNote, formatCost, unpricedNote } from './words.ts';

/** How many tools and models are worth a person's look; `telltale tools` and `costs` show all. */
const most = 8;

/** The totals of a period beside the period before, then what they came from. */
export const showSummary: View<SummaryAnswer> = (summary, page) =>
  [
    formatPeriod(summary, page),
    totals(summary, page),
    models(summary, page),
    tools(summary, page),
    sessions(summary, page),
  ]
    .filter((part) => part !== '')
    .join('\n') +
  unpricedNote(summary.unpriced_calls) +
  estimatedNote(summary.estimated_calls);

type Totals =
  | Omit<SummaryAnswer, 'cost_by_model' | 'unpriced_by_model' | 'calls_by_tool' | 'errors_by_tool'>
  | NonNullable<SummaryAnswer['previous']>;

const measures: readonly [label: string, value: (of: Totals) => number | null, text: (of: Totals) => string][] = [
  ['Sessions', (of) => of.sessions, (of) => formatCount(of.sessions)],
  ['Cost', (of) => of.cost_usd, formatCost],
  [
    'Cost of a session',
    (of) => of.avg_cost_per_session,
    (of) => formatCost({ ...of, cost_usd: of.avg_cost_per_session }),
  ],
  ['Cost of a priced call', (of) => of.avg_cost_per_call, (of) => formatMoney(of.avg_cost_per_call)],
  ['Tokens', (of) => of.total_tokens, (of) => formatCount(of.total_tokens)],
  ['Input tokens', (of) => of.input_tokens, (of) => formatCount(of.input_tokens)],
  ['Read from cache', (of) => of.cache_read_tokens, (of) => formatCount(of.cache_read_tokens)],
  ['Output tokens', (of) => of.output_tokens, (of) => formatCount(of.output_tokens)],
  ['LLM calls', (of) => of.llm_calls, (of) => formatCount(of.llm_calls)],
  ['LLM calls failed', (of) => of.llm_errors, (of) => formatCount(of.llm_errors)],
  ['LLM call on average', (of) => of.avg_llm_latency_ms, (of) => formatDuration(of.avg_llm_latency_ms)],
  ['Tool calls', (of) => of.tool_calls, (of) => formatCount(of.tool_calls)],
  ['Tool calls failed', (of) => of.tool_errors, (of) => formatCount(of.tool_errors)],
  ['Tool call on average', (of) => of.avg_tool_latency_ms, (of) => formatDuration(of.avg_tool_latency_ms)],
  ['Service calls', (of) => of.service_calls, (of) => formatCount(of.service_calls)],
  ['Commits', (of) => of.git_commits, (of) => formatCount(of.git_commits)],
  ['Peak memory', (of) => of.peak_memory_bytes, (of) => formatBytes(of.peak_memory_bytes)],
];

function totals(summary: SummaryAnswer, page: Page): string {
  const { previous } = summary;
  const rows = measures.map(([label, value, text]) =>
    previous === null
      ? [label, text(summary)]
      : [label, text(summary), text(previous), change(value(summary), value(previous))],
  );
  const headings =
    previous === null ? ['', numbers('TOTAL')] : ['', numbers('NOW'), numbers('BEFORE'), numbers('CHANGE')];
  return formatTable(headings, rows, page);
}

/** Of nothing there is no percentage. */
function change(now: number | null, before: number | null): string {
  if (now === null || before === null || before === 0) return '';
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? '+' : ''}${formatCount(percent)} %`;
}

const rest = (things: readonly unknown[], command: string): string =>
  things.length > most ? `and ${things.length - most} more: ${command}\n` : '';

function models({ cost_by_model, unpriced_by_model }: SummaryAnswer, page: Page): string {
  const all = Object.entries(cost_by_model).toSorted(([, one], [, other]) => (other ?? -1) - (one ?? -1));
  if (all.length === 0) return '';
  const rows = all
    .slice(0, most)
    .map(([model, cost]) => [model, formatCost({ cost_usd: cost, partial: countOf(unpriced_by_model, model) > 0 })]);
  return formatTable([words('MODEL'), numbers('COST')], rows, page) + rest(all, 'telltale costs');
}

function tools({ calls_by_tool, errors_by_tool, slowest_tools }: SummaryAnswer, page: Page): string {
  const all = Object.entries(calls_by_tool).toSorted(([, one], [, other]) => other - one);
  if (all.length === 0) return '';
  const rows = all
    .slice(0, most)
    .map(([name, calls]) => [name, formatCount(calls), formatCount(countOf(errors_by_tool, name))]);
  const used =
    formatTable([words('TOOL'), numbers('CALLS'), numbers('FAILED')], rows, page) + rest(all, 'telltale tools');
  if (slowest_tools.length === 0) return used;
  const slow = slowest_tools.map(({ name, avg_ms }) => [name, formatDuration(avg_ms)]);
  return `${used}\n${formatTable([words('SLOWEST TOOLS'), numbers('AVERAGE')], slow, page)}`;
}

function sessions({ most_expensive_sessions: list }: SummaryAnswer, page: Page): string {
  if (list.length === 0) return '';
  const rows = list.map(({ session_id, cost_usd, unpriced_calls }) => [
    session_id,
    formatCost({ cost_usd, partial: unpriced_calls > 0 }),
  ]);
  return formatTable(['MOST EXPENSIVE SESSIONS', numbers('COST')], rows, page);
}
