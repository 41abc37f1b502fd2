import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from './test-support/seed.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let t: TestGateway;
let red: { authorization: string };
const started = Date.now() - 10 * 60_000;
const at = (seconds: number): string => new Date(started + seconds * 1_000).toISOString();

const own = { agent_id: 'builder', session_id: 's-1', task_id: 't-1', run_id: 'r-1', crew_id: 'crew', host: 'h' };
const prices = new Map([
  ['sonnet', '0.1'],
  ['haiku', '0.2'],
]);

const records: TelemetryRecord[] = [
  aRecord('task_event', {
    ...own,
    at: at(0),
    event_type: 'status',
    status: 'PENDING',
    inputs: { symbol: 'X', deep: {}, n: 1 },
  }),
  aRecord('task_event', { ...own, at: at(1), event_type: 'status', status: 'RUNNING' }),
  aRecord('run_event', { ...own, at: at(1), event: 'started', pid: 7, command: 'make all' }),
  aRecord('process_sample', {
    ...own,
    at: at(2),
    pid: 7,
    cpu_percent: 90.5,
    memory_bytes: 3 * 1024 ** 2,
    processes: 3,
  }),
  aRecord('process_sample', { ...own, at: at(4), pid: 7, cpu_percent: 10, memory_bytes: 1_572_864, processes: 1 }),
  aRecord('llm_call', {
    ...own,
    at: at(5),
    model: 'sonnet',
    input_tokens: 100,
    output_tokens: 10,
    cache_read_tokens: 40,
    duration_ms: 200,
  }),
  aRecord('llm_call', { ...own, at: at(6), model: 'haiku', input_tokens: 50, output_tokens: 5, duration_ms: 100 }),
  aRecord('llm_call', {
    ...own,
    at: at(7),
    model: 'new-model',
    input_tokens: 1,
    output_tokens: 1,
    status: 'error',
    error_message: 'overloaded',
  }),
  aRecord('tool_call', { ...own, at: at(8), tool_name: 'bash', duration_ms: 30, input_preview: 'ls' }),
  aRecord('tool_call', {
    ...own,
    at: at(9),
    tool_name: 'bash',
    duration_ms: 50,
    success: false,
    error_message: '100% wrong',
  }),
  aRecord('service_call', { ...own, at: at(9), service_name: 'github' }),
  aRecord('git_activity', {
    ...own,
    at: at(10),
    operation: 'commit',
    branch: 'main',
    sha: 'abcdef1',
    files_changed: 2,
  }),
  aRecord('agent_step', { ...own, at: at(10), name: 'plan', index: 1 }),
  ...Array.from({ length: 60 }, (_, n) =>
    aRecord('log_entry', { ...own, at: at(10 + n), message: `line ${n}`, line: n }),
  ),
  aRecord('log_entry', { ...own, at: at(80), message: 'careful', level: 'warning' }),
  aRecord('artifact', { ...own, at: at(81) }),
  aRecord('task_event', { ...own, at: at(90), event_type: 'status', status: 'FAILED', error_message: 'e'.repeat(300) }),
  aRecord('run_event', { ...own, at: at(91), event: 'ended', reason: 'failed', exit_code: 2 }),
];

const theirs = { agent_id: 'builder', session_id: 's-1', task_id: 't-1', run_id: 'r-1' };

beforeAll(async () => {
  t = await createTestGateway();
  red = await t.as('red', 'read');
  await seed(t.databaseUrl, 'red', records, prices);
  await seed(t.databaseUrl, 'blue', [
    aRecord('llm_call', { ...theirs, model: 'sonnet', input_tokens: 9_999, output_tokens: 9_999 }),
    aRecord('log_entry', { ...theirs, message: 'a secret of blue' }),
    aRecord('run_event', { ...theirs, run_id: 'blue-run', event: 'started' }),
  ]);
});
afterAll(() => t[Symbol.asyncDispose]());

const get = async (path: string, headers = red) => {
  const answer = await t.gateway.http.inject({ method: 'GET', url: `/api/v1${path}`, headers });
  return { status: answer.statusCode, body: answer.json(), text: answer.body };
};

/** What the totals of the seeded run are, wherever they are shown. */
const totals = {
  llm_calls: 3,
  llm_errors: 1,
  input_tokens: 151,
  output_tokens: 16,
  cache_read_tokens: 40,
  total_tokens: 167,
  cost_usd: 0.3,
  unpriced_calls: 1,
  partial: true,
  avg_llm_latency_ms: 150,
  tool_calls: 2,
  tool_successes: 1,
  tool_errors: 1,
  avg_tool_latency_ms: 40,
  service_calls: 1,
  git_commits: 1,
  peak_memory_bytes: 3 * 1024 ** 2,
};

describe('one agent, session, task and run', () => {
  test('the agent is listed with its totals and its state', async () => {
    const { body } = await get('/agents');
    expect(body.agents).toHaveLength(1);
    expect(body.agents[0]).toMatchObject({
      agent_id: 'builder',
      team_id: 'red',
      lifecycle: 'error',
      state: 'done',
      state_reason: 'its run ended: failed',
      current_run_id: null,
      host: 'h',
      crew_id: 'crew',
      last_updated: at(91),
      ...totals,
    });
    expect((await get('/agents?lifecycle=running')).body.agents).toEqual([]);
    expect((await get('/agents?lifecycle=error&q=UILD')).body.agents).toHaveLength(1);
  });

  test('its telemetry has the latest sample, the last git activity and the last 50 lines, newest first', async () => {
    const { body } = await get('/agents/builder/telemetry');
    expect(body.process_metrics).toMatchObject({ pid: 7, cpu_percent: 10, memory_mb: 1.5, at: at(4) });
    expect(body.git_activities).toMatchObject([
      { operation: 'commit', branch: 'main', sha: 'abcdef1', files_changed: 2 },
    ]);
    expect(body.activity_logs).toHaveLength(50);
    expect(body.activity_logs[0]).toMatchObject({ message: 'careful', level: 'warning', timestamp: at(80) });
    expect(body.token_usage).toMatchObject({ model: 'new-model', input_tokens: 151, total_tokens: 167, cost_usd: 0.3 });
    expect((await get('/agents/builder/telemetry?logs=100')).body.activity_logs).toHaveLength(61);
  });

  test('the run has its end, its peaks and its totals', async () => {
    const { body } = await get('/runs/r-1');
    expect(body).toMatchObject({
      run_id: 'r-1',
      agent_ids: ['builder'],
      status: 'ended',
      lifecycle: 'error',
      end_reason: 'failed',
      exit_code: 2,
      pid: 7,
      command: 'make all',
      started_at: at(1),
      ended_at: at(91),
      duration_ms: 90_000,
      peak_cpu_percent: 90.5,
      peak_processes: 3,
      ...totals,
    });
    expect((await get('/runs?status=running')).body.runs).toEqual([]);
    expect((await get('/runs?task_id=t-1&period=hour')).body.runs).toHaveLength(1);
    expect((await get('/runs?run_id=r-1')).body.runs).toMatchObject([{ run_id: 'r-1' }]);
    expect(await get('/runs?run_id=r-2')).toMatchObject({ status: 200, body: { runs: [] } });
  });

  test('the session has its tools and its totals, in the list of a period too', async () => {
    const session = {
      session_id: 's-1',
      agent_ids: ['builder'],
      task_ids: ['t-1'],
      tools_used: { bash: 2 },
      ...totals,
    };
    expect((await get('/metrics/sessions/s-1')).body).toMatchObject({
      ...session,
      started_at: at(0),
      last_activity: at(91),
    });
    expect((await get('/metrics/sessions?period=hour&agent_id=builder')).body.sessions).toMatchObject([session]);
    expect((await get('/metrics/sessions?agent_id=nobody')).body.sessions).toEqual([]);
    expect((await get(`/metrics/sessions?to=${at(-3_600)}`)).body.sessions).toEqual([]);
  });

  test('the task is summed up in the list and complete in its detail', async () => {
    const row = {
      task_id: 't-1',
      status: 'FAILED',
      start_time: at(1),
      end_time: at(90),
      duration_ms: 89_000,
      input_summary: { symbol: 'X', n: 1 },
      error_preview: 'e'.repeat(200),
    };
    expect((await get('/monitoring/tasks?status=FAILED&crew_id=crew')).body).toMatchObject({ tasks: [row], total: 1 });
    expect((await get('/monitoring/tasks?status=RUNNING')).body).toMatchObject({ tasks: [], total: 0 });
    const { body } = await get('/monitoring/tasks/t-1');
    expect(body).toMatchObject({
      ...row,
      ...totals,
      error_message: 'e'.repeat(300),
      inputs: { symbol: 'X', deep: {}, n: 1 },
    });
    expect(body.logs_summary).toMatchObject({
      steps: [{ name: 'plan', index: 1 }],
      tool_calls: [
        { name: 'bash', input: 'ls', success: true },
        { name: 'bash', success: false },
      ],
      warnings: [{ message: 'careful' }],
      llm: { calls: 3, tokens: 167, avg_latency_ms: 150 },
    });
    expect(body.events).toHaveLength(3);
    expect(body.artifacts).toHaveLength(1);
    expect(body.runs).toMatchObject([{ run_id: 'r-1' }]);
    expect(await get('/monitoring/tasks/none')).toMatchObject({ status: 404, body: { detail: 'Task not found' } });
  });

  test('dates of tasks are inclusive at both ends', async () => {
    const count = async (query: string) => (await get(`/monitoring/tasks?${query}`)).body.total;
    const day = at(1).slice(0, 10);
    expect(await count(`start_date_from=${day}&start_date_to=${day}`)).toBe(1);
    expect(await count(`start_date_from=${at(1)}&start_date_to=${at(1)}`)).toBe(1);
    expect(await count(`start_date_to=${at(0)}`)).toBe(0);
  });
});

describe('the summary', () => {
  test.each(['all', 'day', 'hour'])(
    'of %s has the totals, by model, by tool, and the most expensive sessions',
    async (period) => {
      const { body } = await get(`/metrics/summary?period=${period}`);
      expect(body).toMatchObject({
        ...totals,
        sessions: 1,
        cost_by_model: { sonnet: 0.1, haiku: 0.2, 'new-model': null },
        unpriced_by_model: { 'new-model': 1 },
        calls_by_tool: { bash: 2 },
        errors_by_tool: { bash: 1 },
        slowest_tools: [{ name: 'bash', avg_ms: 40 }],
        most_expensive_sessions: [{ session_id: 's-1', cost_usd: 0.3, unpriced_calls: 1 }],
        avg_cost_per_session: 0.3,
        avg_cost_per_call: 0.15,
      });
      if (period === 'all') expect(body).toMatchObject({ period_start: null, previous: null });
      else expect(body.previous).toMatchObject({ llm_calls: 0, sessions: 0, cost_usd: 0, avg_cost_per_session: null });
    },
  );

  test('of a filter counts what the filter leaves; of a model it is refused, for tools have none', async () => {
    expect((await get('/metrics/summary?agent_id=nobody')).body).toMatchObject({ llm_calls: 0, cost_usd: 0 });
    expect((await get('/metrics/summary?session_id=s-1&agent_id=builder')).body).toMatchObject(totals);
    const refused = await get('/metrics/summary?model=sonnet');
    expect(refused).toMatchObject({ status: 400, body: { code: 'unsupported_filter' } });
    expect(refused.body.detail).toContain('agent_id, session_id, task_id, run_id');
  });

  test('of a minute in the middle holds exactly that minute', async () => {
    const minute = Math.ceil(started / 60_000) * 60_000;
    const [from, to] = [new Date(minute).toISOString(), new Date(minute + 60_000).toISOString()];
    const inside = records.filter((one) => one.kind === 'tool_call' && one.at >= from && one.at < to).length;
    const { body } = await get(`/metrics/summary?from=${from}&to=${to}`);
    expect(body).toMatchObject({ period_start: from, period_end: to, tool_calls: inside });
  });
});

describe('records one by one', () => {
  test('calls come with all their fields, what was not said is absent', async () => {
    const { body } = await get('/calls?run_id=r-1&order=asc');
    expect(body.calls).toHaveLength(3);
    expect(body.calls[0]).toEqual({
      ...records[5],
      team_id: 'red',
      cost_usd: 0.1,
      cost_source: 'computed',
      price_version: '1',
    });
    expect(body.calls[2]).not.toHaveProperty('cost_usd');
    expect((await get('/calls?model=haiku')).body.calls).toHaveLength(1);
    expect((await get('/calls?status=error&q=OVERLOAD')).body.calls).toHaveLength(1);
    expect((await get('/calls?kind=tool_call&tool=bash&status=error&q=100%25')).body.calls).toHaveLength(1);
    expect((await get('/calls?kind=tool_call&q=1_0')).body.calls).toHaveLength(0);
    expect((await get('/calls?kind=service_call')).body.calls).toMatchObject([{ service_name: 'github' }]);
    expect((await get('/calls?kind=tool_call&model=x')).body).toMatchObject({ errors: [{ parameter: 'model' }] });
  });

  test('logs can be searched by level, source and text, and git and samples listed', async () => {
    expect((await get('/logs?min_level=warning')).body.logs).toMatchObject([{ message: 'careful' }]);
    expect((await get('/logs?q=LINE 59')).body.logs).toMatchObject([{ message: 'line 59', line: 59 }]);
    expect((await get('/logs?source=git')).body.logs).toEqual([]);
    expect((await get('/git?q=main')).body.git).toHaveLength(1);
    expect((await get('/samples?run_id=r-1')).body.samples).toMatchObject([{ cpu_percent: 10 }, { cpu_percent: 90.5 }]);
  });

  test.each(['desc', 'asc'])('a cursor walks through every log line once (%s)', async (order) => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/logs?limit=7&order=${order}${cursor}`);
      seen.push(...body.logs.map((log: { message: string }) => log.message));
      cursor = body.next_cursor === undefined ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    const lines = records.filter((one) => one.kind === 'log_entry').map((one) => one.message);
    expect(seen).toEqual(order === 'asc' ? lines : lines.toReversed());
  });

  test('a cursor of another query, a damaged one and one with an offset are refused', async () => {
    const { next_cursor: cursor } = (await get('/logs?limit=2')).body;
    const answers = [
      await get(`/logs?limit=2&level=info&cursor=${cursor}`),
      await get(`/git?limit=2&cursor=${cursor}`),
      await get('/logs?cursor=bm9uc2Vuc2U'),
      await get(`/logs?offset=1&cursor=${cursor}`),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor', errors: [{ parameter: 'cursor' }] },
      });
    }
    expect((await get(`/logs?limit=5&cursor=${cursor}`)).status).toBe(200);
  });
});

test('nothing of another team shows anywhere', async () => {
  const paths = ['/agents', '/agents/builder/telemetry', '/runs', '/runs/r-1', '/calls', '/logs', '/git', '/samples'];
  const more = [
    '/metrics/summary',
    '/metrics/sessions',
    '/metrics/sessions/s-1',
    '/monitoring/tasks',
    '/monitoring/tasks/t-1',
  ];
  for (const path of [...paths, ...more]) {
    const { status, text } = await get(path);
    expect(status).toBe(200);
    expect(text).not.toMatch(/9999|19998|secret of blue|blue-run/);
  }
  expect((await get('/runs/blue-run')).status).toBe(404);
  expect((await get('/runs/blue-run?team_id=blue', t.operator)).status).toBe(200);
  expect((await get('/agents', t.operator)).body.agents).toEqual([]);
});
