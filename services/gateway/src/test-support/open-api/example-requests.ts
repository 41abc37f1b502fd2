import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';

/** An id that nothing has. */
export const nobodysId = '00000000-0000-4000-8000-000000000000';

/** What parameters are shown with, by name; also what they are asked with where an operation says so. */
export const exampleParameters: Readonly<Record<string, unknown>> = {
  team_id: 'red',
  agent_id: 'builder',
  parent_agent_id: 'builder',
  sub_agents: 'false',
  app_agent_id: 'builder',
  session_id: 's-1',
  task_id: 't-1',
  run_id: 'r-1',
  runner_id: 'vm-1',
  crew_id: 'nightly',
  producer_id: '0199aa00-0000-7000-8000-000000000001',
  key_id: 'k3y0ftheteam',
  price_id: nobodysId,
  budget_id: nobodysId,
  subject: 'agent',
  subject_id: 'builder',
  reprice_id: nobodysId,
  repair_id: nobodysId,
  artifact_id: nobodysId,
  artifact_type: 'log',
  letter_id: nobodysId,
  period: 'day',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  model: 'claude-sonnet-4-5',
  provider: 'anthropic',
  user_id: 'alice',
  project: 'web',
  host: 'vm-1',
  labels: { 'label.env': 'prod' },
  limit: 20,
  offset: 0,
  cursor: 'WzEsInNpeHRlZW4gY2hhcnMuIiwiMjAyNi0xMS0wMVQwMDowMDowMC4wMDBaIl0',
  logs: 50,
  q: 'timeout',
  order: 'desc',
  group_by: 'model',
  by_class: 'true',
  time_zone: 'Asia/Kathmandu',
  metric: 'cost_usd',
  bucket: 'day',
  threshold_ms: 5_000,
  kind: 'llm_call',
  tool: 'bash',
  service: 'github',
  level: 'warning',
  min_level: 'warning',
  source: 'llm',
  operation: 'commit',
  lifecycle: 'running',
  start_date_from: '2026-11-01',
  start_date_to: '2026-11-30',
  sort: '-start_time',
  wait: 'stored',
  action: 'stop',
  sent: '7~3/1700000000000-0',
  instance: 'false',
};

/** Where an operation means something else by a name. */
export const ownParameters: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  getMetricsToolsByName: { name: 'bash' },
  getMetricsServicesByName: { name: 'github' },
  getRuns: { status: 'running' },
  postRunsByRunIdByAction: { run_id: 'r-2', action: 'pause' },
  getCalls: { status: 'ok' },
  getMonitoringTasks: { status: 'FAILED' },
};

const place = { agent_id: 'builder', session_id: 's-1', task_id: 't-1', run_id: 'r-1' } as const;

/** Bodies by operation, and parameters beyond those that are required; `fail` is a body that is refused. */
export const exampleRequests: Readonly<
  Record<string, { body?: unknown; parameters?: readonly string[]; fail?: unknown }>
> = {
  postTelemetry: {
    body: {
      producer_id: '0199aa00-0000-7000-8000-000000000001',
      seq: 1,
      records: [
        {
          v: 1,
          id: '0199aa00-0000-7000-8000-000000000002',
          at: '2026-11-01T12:00:00.000Z',
          kind: 'llm_call',
          ...place,
          model: 'claude-sonnet-4-5',
          provider: 'anthropic',
          input_tokens: 20_012,
          output_tokens: 42,
          cache_read_tokens: 18_000,
          duration_ms: 1_234.5,
          status: 'ok',
          origin: 'sdk',
        },
      ],
    },
    fail: { records: [{ kind: 'llm_call', agent_id: 'builder', model: 7, status: 'ok', origin: 'sdk' }] },
  },
  postArtifacts: {
    body: { artifact_type: 'log', metadata: '{"lines":2}', task_id: 't-1', run_id: 'r-1', content: 'one\ntwo\n' },
    fail: { metadata: '{', content: 'one' },
  },
  postKeys: { body: { scopes: ['read'], name: 'dashboard' }, fail: { scopes: [] } },
  putTeam: {
    body: { label_names: ['env', 'tier'], time_zone: 'Europe/Berlin' },
    fail: { label_names: ['env', 'env'] },
  },
  postBudgets: {
    body: { name: 'builder', subject: 'agent', subject_id: 'builder', period: 'day', limit_usd: '5' },
    fail: { subject: 'agent', subject_id: 'builder', period: 'day', limit_usd: 0 },
  },
  // Of a day, so that there is one before it to compare with.
  getMetricsSummary: { parameters: ['from', 'to'] },
  getBudgetsStatus: { parameters: ['agent_id'] },
  postRunnersBudgets: {
    body: {
      holder: '0199a0de-0000-7000-8000-000000000001',
      n: 1,
      run_id: 'r-2',
      slices: [],
      settled: [],
      wants: [],
    },
    fail: { holder: 'r-2', n: 0, run_id: 'r-2', slices: [], settled: [], wants: [] },
  },
  putLimits: {
    body: { agent_id: 'builder', limits: { timeout_ms: 600_000, max_usd: 2.5 } },
    fail: { limits: { timeout_ms: -1 } },
  },
  postPrices: {
    body: {
      version: 1,
      prices: [
        {
          model: 'house-model',
          from: '2026-11-01',
          per_million: { input: '0.5', cache_read: '0.05', output: '2' },
          factors: { batch: '0.5' },
          source: 'https://example.com/prices',
        },
      ],
    },
    fail: { version: 1, prices: [{ model: 'house-model', per_million: { input: -1 } }] },
  },
  postPricesReprice: {
    body: { from: '2026-11-01T00:00:00.000Z', model: 'house-model', dry_run: true },
    fail: { from: 'yesterday' },
  },
  postRepair: {
    body: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
    fail: { from: '2026-11-02T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
  },
  postDeadLettersByLetterIdReplay: { body: {} },
  postRunsByRunIdToken: { body: {}, fail: { run_id: 'r-2' } },
  postRunsStop: { body: { agent_id: 'builder' }, fail: {} },
  postRunnersPoll: { body: { runs: ['r-2'], acknowledged: [] }, fail: { runs: 'r-2' } },
  postRunnersTokens: { body: { name: 'build-host', ttl_ms: 900_000 }, fail: { ttl_ms: 0 } },
  postRunnersEnroll: {
    body: { token: `ttr_k3y0ftheteam_${'x'.repeat(43)}`, host: 'vm-1', version: '0.1.0' },
    fail: { token: 'none', host: 'vm-1' },
  },
  putRunnersByRunnerId: {
    body: { host: 'vm-1', version: '0.1.0', running: 2, draining: false },
    fail: { host: 'vm-1', version: '0.1.0', running: -1 },
  },
  postTasks: {
    body: {
      crew_id: 'nightly',
      inputs: { symbol: 'BTC', timeframe: '1h' },
      limits: { timeout_ms: 600_000, max_usd: 1.5 },
      idempotency_key: 'BTC 2026-11-01',
      priority: 5,
    },
    fail: { crew_id: 'nobody' },
  },
  postTasksCancel: { body: { crew_id: 'weekly' }, fail: {} },
  putTasksByTaskIdStatus: {
    body: { status: 'PENDING', metadata: { reason: 'the tests were flaky' } },
    fail: { status: 'DONE' },
  },
  postTasksByTaskIdCancel: { body: {}, fail: { all: true } },
  postTasksByTaskIdClaim: {
    body: { run_id: 'r-3', runner_id: 'run r-3', host: 'vm-1' },
    fail: { run_id: 'r-3' },
  },
  postTasksByTaskIdEvents: {
    body: { event_type: 'reviewed', data: { by: 'alice' }, id: '0199aa00-0000-7000-8000-000000000003' },
    fail: { event_type: 'status' },
  },
  postTasksByTaskIdArtifacts: {
    body: {
      artifact_type: 'report',
      uri: 'https://ci.example.com/builds/7/report.html',
      size_bytes: 20_480,
      metadata: { build: 7 },
    },
    fail: { artifact_type: 'report', uri: 'https://ci.example.com', size_bytes: -1 },
  },
  putCrews: {
    body: {
      runner_id: 'vm-1',
      host: 'vm-1',
      slots: 4,
      crews: [
        {
          crew_id: 'nightly',
          description: 'Looks at one market',
          inputs: { symbol: { type: 'string', required: true }, timeframe: { choices: ['1h', '1d'] } },
          agents: ['builder'],
          input_summary: ['symbol'],
          concurrency: 2,
        },
      ],
    },
    fail: { runner_id: 'vm-1', host: 'vm-1', slots: 4, crews: [{ crew_id: 'a b' }] },
  },
  postTaskLeases: {
    body: { runner_id: 'vm-1', host: 'vm-1', crews: [{ crew_id: 'nightly', free: 1 }], free: 1 },
    fail: { runner_id: 'vm-1', host: 'vm-1', crews: [], free: 0 },
  },
  putTaskLeases: {
    body: { runner_id: 'vm-1', leases: [{ task_id: 't-1', run_id: 'r-1' }] },
    fail: { runner_id: 'vm-1' },
  },
  postTaskLeasesByRunIdEnd: {
    body: { runner_id: 'vm-1', task_id: 't-1', end_reason: 'failed', exit_code: 2 },
    fail: { runner_id: 'vm-1', task_id: 't-1', end_reason: 'tired' },
  },
  getPrices: { parameters: ['model'] },
  getMetricsCosts: { parameters: ['time_zone', 'by_class'] },
};

/** One agent's day with something of everything in it. */
export function exampleRecords(): TelemetryRecord[] {
  const own = {
    ...place,
    crew_id: 'nightly',
    user_id: 'alice',
    project: 'web',
    host: 'vm-1',
    labels: { env: 'prod' },
  };
  const at = (second: number): string => new Date(Date.UTC(2026, 10, 1, 12, 0, second)).toISOString();
  const inputs = { symbol: 'BTC', timeframe: '1h', note: 'first try' };
  return [
    aRecord('task_event', { ...own, at: at(0), status: 'RUNNING', inputs }),
    aRecord('run_event', { ...own, at: at(1), event: 'started', pid: 7, command: '/usr/bin/make all' }),
    aRecord('process_sample', { ...own, at: at(2), pid: 7, cpu_percent: 90.5, status: 'running' }),
    aRecord('llm_call', {
      ...own,
      at: at(5),
      provider: 'anthropic',
      input_tokens: 20_012,
      cache_read_tokens: 18_000,
      output_tokens: 42,
      duration_ms: 6_400,
      ttft_ms: 310,
    }),
    aRecord('tool_call', { ...own, at: at(8), duration_ms: 30, input_preview: 'ls', output_preview: 'README.md' }),
    aRecord('tool_call', {
      ...own,
      at: at(9),
      duration_ms: 9_000,
      success: false,
      error_message: 'no such file: config.json',
    }),
    aRecord('service_call', { ...own, at: at(9), service_name: 'github', operation: 'get', duration_ms: 250 }),
    aRecord('git_activity', {
      ...own,
      at: at(10),
      branch: 'main',
      sha: 'abcdef1234',
      message: 'one',
      files_changed: 2,
    }),
    aRecord('agent_step', { ...own, at: at(10), name: 'plan', index: 1, duration_ms: 1_500, summary: 'think first' }),
    aRecord('memory_operation', { ...own, at: at(10), operation: 'store', memory_id: 'm-1', size_bytes: 2_048 }),
    aRecord('memory_operation', { ...own, at: at(11), operation: 'recall', memory_id: 'm-1', hit: true }),
    aRecord('log_entry', { ...own, at: at(11), level: 'warning', message: 'the answer was cut', source: 'llm' }),
    aRecord('artifact', { ...own, at: at(11), uri: 'artifact:1', size_bytes: 812 }),
    aRecord('task_event', { ...own, at: at(12), status: 'FAILED', error_message: 'the tests do not pass' }),
    aRecord('run_event', { ...own, at: at(13), event: 'ended', reason: 'failed', exit_code: 2 }),
    aRecord('run_event', { ...own, task_id: 't-2', run_id: 'r-2', at: at(20), event: 'started', pid: 8 }),
  ];
}
