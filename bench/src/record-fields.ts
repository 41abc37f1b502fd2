import type { RecordKind, RecordOf } from '@telltale/contracts/records/record';
import type { Random } from './random.ts';
import { logFields } from './log-lines.ts';

type Own<K extends RecordKind> = Omit<RecordOf<K>, 'v' | 'id' | 'kind' | 'at' | 'agent_id'>;

const models = [
  { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  { provider: 'anthropic', model: 'claude-opus-4-8' },
  { provider: 'anthropic', model: 'claude-haiku-5-5' },
  { provider: 'openai', model: 'gpt-5' },
  { provider: 'google', model: 'gemini-2.5-pro' },
  { provider: 'house', model: 'house-coder-7b' },
] as const;
const tools = ['bash', 'read_file', 'edit_file', 'grep', 'web_fetch', 'run_tests', 'list_files', 'todo_write'] as const;

function llmCall(random: Random): Own<'llm_call'> {
  const { provider, model } = random.pick(models);
  const failed = random.chance(0.02);
  const read = Math.round(random.longTailed(18_000));
  const written = Math.round(random.longTailed(1_500));
  const output = Math.round(random.longTailed(350));
  const duration = random.longTailed(4_200);
  return {
    provider,
    model,
    operation: 'chat',
    ...(failed
      ? { status: 'error' as const, error_type: 'overloaded_error', error_message: 'Overloaded' }
      : {
          status: 'ok' as const,
          input_tokens: read + written + random.whole(5, 900),
          output_tokens: output,
          cache_read_tokens: read,
          cache_write_5m_tokens: written,
          reasoning_tokens: random.chance(0.3) ? Math.floor(output / 3) : 0,
          ttft_ms: Math.round(duration / 5),
          stop_reason: random.pick(['end_turn', 'tool_use', 'tool_use', 'max_tokens']),
        }),
    duration_ms: Math.round(duration),
    message_count: random.whole(2, 120),
    tool_count: random.whole(4, 40),
    streamed: true,
    origin: random.pick(['proxy', 'otlp', 'stdout', 'sdk']),
    request_id: `req_${random.hex(24)}`,
    message_id: `msg_${random.hex(24)}`,
  };
}

function toolCall(random: Random): Own<'tool_call'> {
  const success = random.chance(0.94);
  return {
    tool_name: random.pick(tools),
    tool_call_id: `toolu_${random.hex(20)}`,
    duration_ms: Math.round(random.longTailed(180) * 10) / 10,
    success,
    input_size_bytes: random.whole(20, 4_000),
    output_size_bytes: random.whole(0, 60_000),
    input_preview: JSON.stringify({ path: `src/${random.hex(6)}.ts`, lines: random.whole(1, 300) }),
    ...(success ? {} : { error_message: `exit code ${random.whole(1, 127)}` }),
  };
}

function processSample(random: Random): Own<'process_sample'> {
  return {
    pid: random.whole(1_000, 4_000_000),
    cpu_percent: Math.round(random.longTailed(40) * 10) / 10,
    memory_bytes: random.whole(40, 2_000) * 1_048_576,
    threads: random.whole(4, 90),
    processes: random.whole(1, 14),
    open_files: random.whole(10, 300),
    io_read_bytes: random.whole(0, 1e9),
    io_write_bytes: random.whole(0, 1e9),
    status: random.pick(['running', 'sleeping']),
  };
}

function taskEvent(random: Random): Own<'task_event'> {
  const status = random.pick(['PENDING', 'RUNNING', 'RUNNING', 'COMPLETED', 'FAILED']);
  return {
    event_type: 'status',
    attempt: 1,
    status,
    ...(status === 'PENDING'
      ? { inputs: { symbol: random.hex(4), timeframe: '1h', retries: random.whole(0, 3) } }
      : {}),
    ...(status === 'FAILED' ? { error_message: `step ${random.whole(1, 9)} failed` } : {}),
  };
}

/** One realistic record's own fields, by kind. */
export const fieldsOf: { [K in RecordKind]: (random: Random, index: number) => Own<K> } = {
  llm_call: llmCall,
  tool_call: toolCall,
  process_sample: processSample,
  task_event: taskEvent,
  log_entry: (random, index) => logFields(random, index),
  service_call: (random) => ({
    service_name: random.pick(['openai', 'github', 'artifact-store', 'repo-pool', 'jira']),
    operation: random.pick(['get', 'post', 'chat', 'upload']),
    duration_ms: Math.round(random.longTailed(90) * 10) / 10,
    success: random.chance(0.97),
    category: random.pick(['llm', 'external', 'external']),
  }),
  agent_step: (random, index) => ({
    name: random.pick(['plan', 'edit', 'test', 'review', 'commit']),
    index: index % 40,
    duration_ms: Math.round(random.longTailed(9_000)),
    summary: `Changed ${random.whole(1, 9)} files and ran the tests of the ${random.hex(5)} module`,
  }),
  git_activity: (random) => ({
    operation: random.pick(['commit', 'commit', 'checkout', 'branch_create', 'merge', 'push']),
    branch: `agent/${random.hex(6)}`,
    sha: random.hex(40),
    message: `Handle the empty ${random.hex(4)} case`,
    files_changed: random.whole(1, 20),
    insertions: random.whole(0, 400),
    deletions: random.whole(0, 200),
    success: true,
    origin: random.pick(['trace2', 'refs']),
  }),
  artifact: (random) => ({
    artifact_type: random.pick(['diff', 'log', 'test_result']),
    uri: `artifact:${random.hex(32)}`,
    size_bytes: random.whole(100, 5_000_000),
    sha256: random.hex(64),
  }),
  run_event: (random) => ({
    event: random.pick(['started', 'step', 'progress', 'limit']),
    pid: random.whole(1_000, 4_000_000),
    command: `claude -p "fix ${random.hex(6)}" --output-format stream-json`,
  }),
  memory_operation: (random) => ({
    operation: random.pick(['store', 'recall', 'recall', 'recall']),
    memory_id: `m-${random.hex(8)}`,
    size_bytes: random.whole(20, 8_000),
    hit: random.chance(0.7),
  }),
  metric: (random) => ({
    name: random.pick([
      'claude_code.active_time.total',
      'codex.turn.e2e_duration_ms',
      'gen_ai.client.operation.duration',
    ]),
    value: Math.round(random.longTailed(30) * 100) / 100,
    unit: 's',
    temporality: 'delta',
  }),
  endpoint_minute: (random) => {
    const requests = random.whole(1, 4_000);
    return {
      route: random.pick(['/api/v1/telemetry', '/api/v1/metrics/summary', '/api/v1/runs/:id']),
      method: random.pick(['GET', 'POST']),
      requests,
      errors_4xx: random.whole(0, 3),
      errors_5xx: 0,
      latency_bins: { [String(random.whole(0, 120))]: requests },
    };
  },
};
