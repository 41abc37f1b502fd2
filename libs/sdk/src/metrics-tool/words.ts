import { countOf } from '@telltale/contracts/by-name';
import type { BudgetStatusAnswer } from '@telltale/contracts/http/budgets';
import type { SessionRow, SummaryAnswer } from '@telltale/contracts/http/metrics';
import type { CallStats, CostsAnswer, ErrorsAnswer, SlowAnswer } from '@telltale/contracts/http/metrics-detail';
import type { RunRow } from '@telltale/contracts/http/runs';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import type { Sums } from '@telltale/contracts/sums';

/** Money that misses calls says so: a model that reads it must not take it for the whole. */
const cost = (usd: number | null, unpricedCalls: number): string =>
  unpricedCalls > 0 ? `${formatMoney(usd)} (${unpricedCalls} calls could not be priced)` : formatMoney(usd);

const minutes = (ms: number): number => Math.round(ms / 6_000) / 10;

const totals = (sums: Sums) => ({
  total_cost: cost(sums.cost_usd, sums.unpriced_calls),
  llm_calls: sums.llm_calls,
  llm_errors: sums.llm_errors,
  total_tokens: sums.total_tokens,
  input_tokens: sums.input_tokens,
  output_tokens: sums.output_tokens,
  cache_read_tokens: sums.cache_read_tokens,
  tool_calls: sums.tool_calls,
  tool_errors: sums.tool_errors,
  git_commits: sums.git_commits,
});

const topTools = (calls: Readonly<Record<string, number>>) =>
  Object.entries(calls)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([name, count]) => ({ name, calls: count }));

export const summaryWords = (answer: SummaryAnswer) => ({
  sessions: answer.sessions,
  ...totals(answer),
  avg_cost_per_session: cost(answer.avg_cost_per_session, answer.unpriced_calls),
  cost_by_model: Object.fromEntries(
    Object.entries(answer.cost_by_model).map(([model, usd]) => [
      model,
      cost(usd, countOf(answer.unpriced_by_model, model)),
    ]),
  ),
  top_tools: topTools(answer.calls_by_tool),
});

export const costsWords = (answer: CostsAnswer) => ({
  total_cost: cost(answer.total_cost_usd, answer.unpriced_calls),
  avg_cost_per_call: formatMoney(answer.avg_cost_per_call),
  groups: answer.groups.map(({ key, cost_usd, unpriced_calls, calls, total_tokens }) => ({
    [answer.group_by]: key,
    cost: cost(cost_usd, unpriced_calls),
    calls,
    total_tokens,
  })),
});

export const toolsWords = (tools: readonly CallStats[]) => ({
  tools: tools.map((tool) => ({
    name: tool.name,
    calls: tool.calls,
    success_rate: `${tool.success_rate.toFixed(1)}%`,
    avg_duration: formatDuration(tool.avg_duration_ms),
    p95_duration: formatDuration(tool.p95_duration_ms),
    ...(tool.last_error === null ? {} : { last_error: tool.last_error }),
  })),
});

export const sessionWords = (session: SessionRow) => ({
  session_id: session.session_id,
  duration_minutes: minutes(session.duration_ms),
  ...totals(session),
  top_tools: topTools(session.tools_used),
});

export const runWords = (run: RunRow) => ({
  run_id: run.run_id,
  status: run.status,
  ...(run.end_reason === null ? {} : { end_reason: run.end_reason }),
  duration_minutes: minutes(run.duration_ms),
  ...totals(run),
});

export const slowWords = (answer: SlowAnswer) => ({
  slow_operations: answer.slow_operations.map(({ type, name, duration_ms, timestamp }) => ({
    type,
    name,
    duration: formatDuration(duration_ms),
    timestamp,
  })),
});

export const errorsWords = (answer: ErrorsAnswer) => ({
  recent_errors: answer.recent_errors.map(({ kind, tool, error, timestamp }) => ({
    kind,
    ...(tool === null ? {} : { tool }),
    error,
    timestamp,
  })),
  error_counts_by_tool: answer.error_counts_by_tool,
});

export const budgetWords = ({ accounts }: BudgetStatusAnswer) => ({
  budgets: accounts.map((account) => {
    const amount = (value: number) => (account.measure === 'usd' ? formatMoney(value) : `${value} tokens`);
    return {
      budget: account.name ?? `${account.subject} per ${account.period}`,
      left: amount(account.remaining),
      spent: `${amount(account.spent)} of ${amount(account.limit)}`,
      ...(account.kind === 'soft' ? { refuses_calls: false } : {}),
      ...(account.period_end === null ? {} : { begins_anew: account.period_end }),
    };
  }),
});
