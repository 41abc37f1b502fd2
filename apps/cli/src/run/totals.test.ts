import { TelltaleError } from '@telltale/contracts/errors';
import type { SessionRow } from '@telltale/contracts/http/metrics';
import type { RunRow } from '@telltale/contracts/http/runs';
import type { Sums } from '@telltale/contracts/sums';
import { systemClock } from '@telltale/runtime/clock';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import { awaitTotals } from './await-totals.ts';
import { describeTotals } from './describe-totals.ts';
import { createSeenRecords } from './seen-records.ts';

const none: Sums = {
  llm_calls: 0,
  llm_errors: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
  cost_usd: 0,
  unpriced_calls: 0,
  estimated_calls: 0,
  partial: false,
  avg_llm_latency_ms: null,
  tool_calls: 0,
  tool_successes: 0,
  tool_errors: 0,
  avg_tool_latency_ms: null,
  service_calls: 0,
  git_commits: 0,
  peak_memory_bytes: null,
};

const aRun = (fields: Partial<RunRow> = {}): RunRow => ({
  ...none,
  run_id: 'r-1',
  agent_id: 'builder',
  agent_ids: ['builder'],
  session_id: 's-1',
  task_id: null,
  host: null,
  pid: 7,
  command: 'make',
  status: 'ended',
  lifecycle: 'stopped',
  end_reason: 'completed',
  exit_code: 0,
  signal: null,
  started_at: '2026-01-01T00:00:00.000Z',
  ended_at: '2026-01-01T00:00:14.000Z',
  duration_ms: 14_000,
  peak_cpu_percent: null,
  peak_processes: null,
  output_capture: null,
  ...fields,
});

const aSession = (fields: Partial<SessionRow> = {}): SessionRow => ({
  ...none,
  session_id: 's-1',
  agent_ids: ['builder'],
  task_ids: [],
  started_at: '2026-01-01T00:00:00.000Z',
  last_activity: '2026-01-01T00:00:14.000Z',
  duration_ms: 14_000,
  tools_used: {},
  ...fields,
});

const whole = aRun({
  llm_calls: 2,
  total_tokens: 1_175,
  cost_usd: 0.0123,
  git_commits: 4,
  peak_memory_bytes: 432_013_312,
});

const listOf = (runs: RunRow[]) => ({ runs, limit: 1, offset: 0 });

/** A run that reported a sample, a call and four commits. */
function seenRecords() {
  const seen = createSeenRecords();
  seen.add({ kind: 'process_sample', pid: 7, cpu_percent: 1, memory_bytes: 1, threads: 1, processes: 1 });
  seen.add({ kind: 'llm_call', model: 'm', status: 'ok', origin: 'stdout' });
  for (let count = 0; count < 4; count += 1)
    seen.add({ kind: 'git_activity', operation: 'commit', success: true, origin: 'trace2' });
  seen.add({ kind: 'git_activity', operation: 'commit', success: false, origin: 'trace2' });
  return seen;
}

test('totals are taken when they hold what the run reported, not before', async () => {
  const answers: (RunRow | null)[] = [
    null,
    { ...whole, status: 'running' },
    { ...whole, llm_calls: 0 },
    { ...whole, git_commits: 3 },
    { ...whole, peak_memory_bytes: null },
    whole,
  ];
  let asked = 0;
  const api = {
    async runs({ run_id }: { run_id?: string | undefined } = {}) {
      expect(run_id).toBe('r-1');
      const answer = answers[asked];
      asked += 1;
      return listOf(answer ? [answer] : []);
    },
    session: async () => aSession(),
  };
  const totals = await awaitTotals({
    apiUntil: () => api,
    runId: 'r-1',
    seen: seenRecords(),
    clock: systemClock,
    timeoutMs: 20_000,
  });
  expect([totals.run, asked]).toEqual([whole, answers.length]);
});

const listeners = () => [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];

test.each([
  ['a gateway that never answers', () => new Promise<never>(() => {})],
  ['totals that stay incomplete', async () => listOf([aRun({ status: 'running' })])],
])('%s is waited for no longer than allowed', async (_what, runs) => {
  const before = listeners();
  const clock = createManualClock();
  const api = { runs, session: async () => aSession() };
  const totals = awaitTotals({ apiUntil: () => api, runId: 'r-1', seen: seenRecords(), clock, timeoutMs: 2_000 });
  clock.advance(2_000);
  expect(await totals).toEqual({ run: null, session: null });
  expect(listeners()).toEqual(before);
});

test('a key that may not read, or a gateway that went away, is no reason to wait', async () => {
  const api = {
    runs: () => Promise.reject(new TelltaleError('forbidden', 'the key may not read')),
    session: async () => aSession(),
  };
  const clock = createManualClock();
  expect(
    await awaitTotals({ apiUntil: () => api, runId: 'r-1', seen: seenRecords(), clock, timeoutMs: 2_000 }),
  ).toEqual({
    run: null,
    session: null,
  });
});

test('the last line says what the run came to', () => {
  const alone = aSession({ llm_calls: 2, total_tokens: 1_175, cost_usd: 0.0123 });
  expect(describeTotals({ run: whole, session: alone }, { runId: 'r-1', tookMs: 13_000, seen: seenRecords() })).toBe(
    'this run: $0.012, 1,175 tokens, 2 calls, 14 s, peak 412 MiB, 4 commits',
  );
});

test('in a longer session it also says what that came to, and marks a cost that lacks calls', () => {
  const session = aSession({ llm_calls: 9, total_tokens: 20_000, cost_usd: 1.5, unpriced_calls: 1, partial: true });
  const run = aRun({ llm_calls: 1, total_tokens: 1, cost_usd: null, unpriced_calls: 1, partial: true, git_commits: 1 });
  expect(describeTotals({ run, session }, { runId: 'r-1', tookMs: 0, seen: seenRecords() })).toBe(
    'this run: –, 1 token, 1 call, 14 s, peak –, 1 commit; session s-1 so far: $1.50+, 20,000 tokens, 9 calls',
  );
});

test('where nothing could be told in time, the line says what was seen here and who tells the rest', () => {
  expect(describeTotals({ run: null, session: null }, { runId: 'r-1', tookMs: 1_234, seen: seenRecords() })).toBe(
    'this run: 1.2 s, peak 1 B, 4 commits; what it came to: telltale runs show r-1',
  );
});

test('of a program that was not seen to call a model nothing is said to have been spent', () => {
  const told = describeTotals(
    { run: aRun({ git_commits: 2 }), session: null },
    { runId: 'r-1', tookMs: 14_000, seen: seenRecords() },
  );
  expect(told).toBe('this run: –, – tokens, – calls, 14 s, peak –, 2 commits');
});
