import type { RunRow } from '@telltale/contracts/http/runs';
import type { SessionRow, SummaryAnswer } from '@telltale/contracts/http/metrics';
import { TelltaleError } from '@telltale/contracts/errors';
import { expect, test } from 'vitest';
import { createGetMetrics } from './get-metrics.ts';
import type { MetricsSource } from './metrics-source.ts';

const at = '2026-11-21T12:00:00.000Z';
const sums = {
  llm_calls: 3,
  llm_errors: 0,
  input_tokens: 100,
  output_tokens: 20,
  cache_read_tokens: 50,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 120,
  cost_usd: 0.4567,
  unpriced_calls: 0,
  estimated_calls: 0,
  partial: false,
  avg_llm_latency_ms: 10,
  tool_calls: 9,
  tool_successes: 9,
  tool_errors: 0,
  avg_tool_latency_ms: 1,
  service_calls: 0,
  git_commits: 1,
  peak_memory_bytes: null,
};
const averages = {
  avg_cost_per_session: 0.4567,
  avg_tokens_per_session: 120,
  avg_cost_per_call: 0.15,
  avg_tokens_per_call: 40,
};
const summary: SummaryAnswer = {
  period_start: at,
  period_end: at,
  sessions: 1,
  ...sums,
  ...averages,
  cost_by_model: { 'model-a': 0.4567, 'model-b': null },
  unpriced_by_model: { 'model-b': 2 },
  calls_by_tool: { a: 1, b: 6, c: 3, d: 2, e: 5, f: 4 },
  errors_by_tool: {},
  slowest_tools: [],
  most_expensive_sessions: [],
  previous: null,
};
const session: SessionRow = {
  session_id: 's-1',
  agent_ids: [],
  task_ids: [],
  started_at: at,
  last_activity: at,
  duration_ms: 90_000,
  tools_used: { bash: 2 },
  ...sums,
};
const run: RunRow = {
  run_id: 'r-1',
  agent_id: 'a',
  agent_ids: ['a'],
  session_id: 's-1',
  task_id: null,
  host: null,
  pid: null,
  command: null,
  status: 'running',
  lifecycle: 'running',
  end_reason: null,
  exit_code: null,
  signal: null,
  started_at: at,
  ended_at: null,
  duration_ms: 90_000,
  peak_cpu_percent: null,
  peak_processes: null,
  output_capture: null,
  ...sums,
};

/** Answers what a gateway would, and keeps what it was asked. */
function aSource() {
  const asked: unknown[] = [];
  const noting =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args]);
      return answer;
    };
  const source: MetricsSource = {
    summary: noting('summary', summary),
    costs: noting('costs', {
      period_start: at,
      period_end: at,
      group_by: 'model',
      total_cost_usd: 0.4,
      groups: [{ key: 'model-a', cost_usd: 0.4, calls: 3, unpriced_calls: 1, partial: true, total_tokens: 120 }],
      avg_cost_per_call: 0.1,
      avg_tokens_per_call: 40,
      unpriced_calls: 2,
      estimated_calls: 1,
      partial: true,
    }),
    tools: noting('tools', { period_start: at, period_end: at, tools: [], limit: 10, offset: 0 }),
    tool: async () => {
      throw new TelltaleError('not_found', 'no call of such a tool in this period');
    },
    session: noting('session', session),
    slow: noting('slow', { period_start: at, period_end: at, slow_operations: [] }),
    errors: noting('errors', {
      period_start: at,
      period_end: at,
      recent_errors: [],
      error_counts_by_tool: {},
      error_counts_by_kind: { llm_call: 0, tool_call: 0, service_call: 0 },
    }),
    run: noting('run', run),
    runs: noting('runs', { runs: [], limit: 100, offset: 0 }),
    runEvents: noting('runEvents', { run_events: [], limit: 100, offset: 0 }),
    budgetStatus: noting('budgetStatus', { accounts: [] }),
  };
  return { source, asked };
}

test('an agent reads formatted money and five tools, a program the numbers', async () => {
  const { source } = aSource();
  const found = await createGetMetrics({ source, scope: { team: true } })({ action: 'summary' });
  expect(found).toMatchObject({
    ok: true,
    structured: { cost_usd: 0.4567 },
    words: {
      total_cost: '$0.457',
      cost_by_model: { 'model-a': '$0.457', 'model-b': '– (2 calls could not be priced)' },
    },
  });
  const { top_tools: tools } = (found.ok ? found.words : {}) as { top_tools: { name: string }[] };
  expect(tools.map(({ name }) => name)).toEqual(['b', 'e', 'f', 'c', 'd']);
});

test('a total that misses calls says how many', async () => {
  const { source } = aSource();
  const found = await createGetMetrics({ source, scope: { team: true } })({ action: 'costs' });
  expect(found).toMatchObject({ ok: true, words: { total_cost: '$0.400 (2 calls could not be priced)' } });
});

test('every question of a run is about that run, and a day unless told otherwise', async () => {
  const { source, asked } = aSource();
  const getMetrics = createGetMetrics({ source, scope: { runId: 'r-1' } });
  for (const action of ['summary', 'costs', 'tools', 'slow', 'slow_operations', 'errors']) {
    expect(await getMetrics({ action })).toMatchObject({ ok: true });
  }
  expect(asked).toHaveLength(6);
  for (const [, query] of asked as [string, object][]) expect(query).toMatchObject({ run_id: 'r-1', period: 'day' });
});

test('a run has one session, its own', async () => {
  const { source, asked } = aSource();
  const getMetrics = createGetMetrics({ source, scope: { runId: 'r-1' } });
  expect(await getMetrics({ action: 'session' })).toMatchObject({
    ok: true,
    words: { run_id: 'r-1', duration_minutes: 1.5 },
  });
  expect(await getMetrics({ action: 'session', thread_id: 's-1' })).toMatchObject({ ok: true });
  expect(await getMetrics({ action: 'session', thread_id: 's-2' })).toEqual({
    ok: false,
    message: 'thread_id: is not the session of this run',
  });
  expect(asked.every((question) => Array.isArray(question) && question[0] === 'run')).toBe(true);
});

test('a team has to say which session', async () => {
  const { source } = aSource();
  const getMetrics = createGetMetrics({ source, scope: { team: true } });
  expect(await getMetrics({ action: 'session' })).toEqual({
    ok: false,
    message: 'thread_id required for session metrics',
  });
  expect(await getMetrics({ action: 'session', thread_id: 's-1' })).toMatchObject({
    ok: true,
    words: { duration_minutes: 1.5, top_tools: [{ name: 'bash', calls: 2 }] },
  });
});

test('what cannot be answered is said in words', async () => {
  const { source } = aSource();
  const getMetrics = createGetMetrics({ source, scope: { team: true } });
  expect(await getMetrics({ action: 'everything' })).toEqual({ ok: false, message: 'Unknown action: everything' });
  expect(await getMetrics({ action: 'tools', tool_name: 'nope' })).toEqual({
    ok: false,
    message: 'no call of such a tool in this period',
  });
  expect(await getMetrics({ action: 'summary', limit: 0 })).toMatchObject({ ok: false });
});
