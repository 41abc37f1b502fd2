/** A record as the telemetry route takes it in an un-numbered body: without id. */
export type DemoRecord = { kind: string; at: string; agent_id: string } & Record<string, unknown>;

const minute = 60_000;
type Agent = {
  name: string;
  host: string;
  model: string;
  crew: string;
  parent?: string;
  /** How its run ended; null: it goes on. */
  end: 'completed' | 'failed' | 'timeout' | null;
  /** Of one that goes on: it does things, or it does not. `over`: its budget is spent. */
  now?: 'quiet' | 'stuck' | 'paused' | 'over';
};

const sonnet = 'claude-sonnet-4-5';
const haiku = 'claude-haiku-4-5';
const mini = 'gpt-5-mini';
const agents: readonly Agent[] = [
  { name: 'planner', host: 'atlas', model: sonnet, crew: 'billing', end: null },
  { name: 'coder', host: 'atlas', model: sonnet, crew: 'billing', parent: 'planner', end: null },
  { name: 'reviewer', host: 'atlas', model: mini, crew: 'billing', parent: 'planner', end: null },
  { name: 'tester', host: 'borea', model: haiku, crew: 'billing', parent: 'coder', end: 'failed' },
  { name: 'docs-writer', host: 'borea', model: 'in-house-70b', crew: 'docs', end: 'completed' },
  { name: 'release-bot', host: 'cirrus', model: mini, crew: 'release', end: 'timeout' },
  { name: 'migrator', host: 'borea', model: sonnet, crew: 'billing', end: null },
  { name: 'crawler', host: 'cirrus', model: haiku, crew: 'research', end: null, now: 'over' },
  { name: 'translator', host: 'cirrus', model: mini, crew: 'docs', end: null, now: 'paused' },
  { name: 'indexer', host: 'atlas', model: haiku, crew: 'research', end: null, now: 'quiet' },
  { name: 'profiler', host: 'borea', model: sonnet, crew: 'release', end: null, now: 'stuck' },
  { name: 'triage', host: 'atlas', model: mini, crew: 'support', end: null },
  { name: 'linter', host: 'cirrus', model: haiku, crew: 'release', end: 'completed' },
  { name: 'answerer', host: 'atlas', model: sonnet, crew: 'support', parent: 'triage', end: null },
];
const tools = ['Bash', 'Edit', 'Read', 'Grep', 'WebFetch'];
const lines = [
  '\u001b[32m✓\u001b[39m 214 tests passed \u001b[2m(3.4 s)\u001b[22m',
  'Reading src/billing/invoice.ts',
  '\u001b[33mwarning\u001b[39m: the lock file changed on disk',
  'Applying patch to 3 files',
  '\u001b[1mPlan\u001b[22m: split the importer, keep its interface',
  'Fetching https://registry.example/versions',
];

/** Numbers that look like chance and are the same each time. */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function ofAgent(agent: Agent, index: number, now: number, nonce: string): DemoRecord[] {
  const dice = createDice(index + 7);
  const records: DemoRecord[] = [];
  const start = now - (54 - index * 2) * minute;
  const end = agent.end === null ? now - 2_000 : start + (5 + ((index * 7) % 20)) * minute;
  /** From then on it shows nothing for it. */
  const active = end - (agent.now === 'stuck' ? 14 : agent.now === undefined ? 0 : 3) * minute;
  const about = {
    agent_id: agent.name,
    run_id: `${agent.name}-${nonce}`,
    session_id: `invoice-rewrite-${nonce}`,
    task_id: `INV-${101 + index}`,
    crew_id: agent.crew,
    host: agent.host,
    project: 'billing',
    ...(agent.parent === undefined ? {} : { parent_agent_id: agent.parent }),
  };
  const add = (kind: string, at: number, fields: Record<string, unknown>): void =>
    void records.push({ ...about, kind, at: new Date(at).toISOString(), ...fields });

  add('run_event', start, {
    event: 'started',
    pid: 4_200 + index,
    command: `claude -p "${agent.name} the invoice importer"`,
  });
  add('task_event', start, {
    event_type: 'status',
    status: 'RUNNING',
    inputs: { symbol: 'INV', goal: `${agent.name} the importer` },
  });
  for (let at = start; at < end; at += 20_000) {
    const cpu_percent = Math.round(400 + dice() * 1_400) / 10;
    const memory_bytes = Math.round((180 + 90 * Math.sin(at / 9 / minute) + dice() * 40) * 2 ** 20);
    const children = [
      {
        pid: 4_300 + index,
        name: 'node',
        cpu_percent: cpu_percent * 0.6,
        memory_bytes: Math.round(memory_bytes * 0.6),
      },
      { pid: 4_400 + index, name: 'rg', cpu_percent: cpu_percent * 0.2, memory_bytes: Math.round(memory_bytes * 0.1) },
    ];
    add('process_sample', at, {
      pid: 4_200 + index,
      cpu_percent,
      memory_bytes,
      threads: 14,
      processes: 3 + (at % 3),
      children,
    });
  }
  for (let at = start + 5_000; at < active; at += 35_000 + dice() * 50_000) {
    const input_tokens = Math.round(4_000 + dice() * 30_000);
    const ok = dice() > 0.06;
    add('llm_call', at, {
      model: agent.model,
      status: ok ? 'ok' : 'error',
      origin: 'sdk',
      input_tokens,
      cache_read_tokens: Math.round(input_tokens * 0.7),
      output_tokens: Math.round(200 + dice() * 1_800),
      duration_ms: Math.round(900 + dice() * 9_000),
      ttft_ms: Math.round(200 + dice() * 900),
      ...(ok ? {} : { error_message: '529 overloaded_error: try again in a moment' }),
    });
    const tool_name = tools[Math.floor(dice() * tools.length)];
    const success = dice() > 0.12;
    add('tool_call', at + 4_000, {
      tool_name,
      success,
      duration_ms: Math.round(30 + dice() ** 4 * 14_000),
      input_preview: `{"path":"src/billing/part-${Math.floor(dice() * 9)}.ts"}`,
      output_size_bytes: Math.round(dice() * 20_000),
      ...(success ? {} : { error_message: 'ENOENT: no such file or directory' }),
    });
    add('log_entry', at + 6_000, {
      level: success ? 'info' : 'error',
      source: 'stdout',
      message: success ? lines[Math.floor(dice() * lines.length)] : `${tool_name} failed: no such file or directory`,
    });
    add('service_call', at + 7_000, {
      service_name: 'payments-api',
      operation: 'GET /invoices',
      duration_ms: 40 + dice() * 200,
      success: dice() > 0.03,
    });
    if (dice() > 0.7)
      add('memory_operation', at + 8_000, {
        operation: dice() > 0.5 ? 'store' : 'recall',
        memory_id: `m-${Math.floor(dice() * 6)}`,
        size_bytes: 900,
        hit: dice() > 0.2,
      });
    if (dice() > 0.75) {
      const sha = Math.floor(dice() * 2 ** 31)
        .toString(16)
        .padStart(8, '0')
        .repeat(5);
      add('git_activity', at + 9_000, {
        operation: 'commit',
        branch: 'invoice-rewrite',
        sha,
        message: 'Split the importer from the ledger',
        files_changed: 4,
        insertions: 80,
        deletions: 31,
        success: true,
        origin: 'trace2',
      });
    }
  }
  if (agent.now === 'paused') add('run_event', active, { event: 'paused', actor: 'user:ada' });
  if (agent.now === 'over')
    add('run_event', active, { event: 'limit', limit: 'budget', reason: 'budget', value: 2.5, cap: 2.5 });
  add('agent_step', start + minute, {
    name: 'read the importer',
    index: 1,
    duration_ms: 41_000,
    summary: 'six entry points, two of them unused',
  });
  if (agent.end !== null) {
    const failed = agent.end !== 'completed';
    if (agent.end === 'timeout') {
      for (const [step, before] of [
        ['warn', 5 * minute],
        ['term', 4_000],
        ['kill', 500],
      ] as const) {
        add('run_event', end - before, { event: 'step', limit: 'timeout', step, value: 1_500, cap: 1_500 });
      }
    }
    add('run_event', end, { event: 'ended', reason: agent.end, exit_code: failed ? 1 : 0 });
    const error = failed
      ? { error_message: 'Two of 214 tests failed: ledger rounds half to even' }
      : { output: { summary: 'done', files: 4 } };
    add('task_event', end, { event_type: 'status', status: failed ? 'FAILED' : 'COMPLETED', ...error });
    add('artifact', end, {
      artifact_type: 'diff',
      uri: `file:///srv/artifacts/INV-${101 + index}.diff`,
      size_bytes: 18_211,
    });
  }
  return records;
}

/** What the agents that go on say in a moment: a sample each, and a line of those that do things. */
export function demoMoment(now: number, nonce: string, turn: number): DemoRecord[] {
  return agents.flatMap((agent, index) => {
    if (agent.end !== null) return [];
    const about = {
      agent_id: agent.name,
      run_id: `${agent.name}-${nonce}`,
      host: agent.host,
      at: new Date(now).toISOString(),
    };
    const isBusy = agent.now === undefined;
    const sample = {
      ...about,
      kind: 'process_sample',
      pid: 4_200 + index,
      cpu_percent: isBusy ? 40 + ((index * 37 + turn * 23) % 110) : 0.4,
      memory_bytes: Math.round((150 + ((index * 53 + turn * 7) % 120)) * 2 ** 20),
      threads: 14,
      processes: 3 + (turn % 3),
      children: [{ pid: 4_300 + index, name: 'node', cpu_percent: 22.4, memory_bytes: 90 * 2 ** 20 }],
    };
    const line = {
      ...about,
      kind: 'log_entry',
      level: 'info',
      source: 'stdout',
      message: lines[(index + turn) % lines.length],
    };
    return isBusy && (index + turn) % 3 === 0 ? [sample, line] : [sample];
  });
}

/** Fourteen agents in the last hour: some work, some need a look, some are done or ended badly. `nonce` keeps two fills apart. */
export function demoRecords(now: number, nonce: string): DemoRecord[] {
  const pending = Array.from({ length: 4 }, (_, index) => ({
    kind: 'task_event',
    at: new Date(now - index * minute).toISOString(),
    agent_id: 'planner',
    crew_id: 'billing',
    task_id: `INV-${120 + index}`,
    event_type: 'status',
    status: 'PENDING',
    inputs: { symbol: 'INV', timeframe: 'today' },
  }));
  return [...agents.flatMap((agent, index) => ofAgent(agent, index, now, nonce)), ...pending];
}
