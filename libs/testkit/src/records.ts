import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { RecordKind, RecordOf } from '@telltale/contracts/records/record';

const nextId = createUuidV7();

type Own<K extends RecordKind> = Omit<RecordOf<K>, 'v' | 'id' | 'kind' | 'at' | 'agent_id'>;

/** The least that each kind needs besides the common fields. */
const smallest: { [K in RecordKind]: Own<K> } = {
  llm_call: { model: 'claude-sonnet-4-5', status: 'ok', origin: 'sdk' },
  tool_call: { tool_name: 'bash', success: true },
  service_call: { service_name: 'openai', operation: 'chat', duration_ms: 12.5, success: true },
  agent_step: { name: 'plan' },
  process_sample: { pid: 4_242, cpu_percent: 12.5, memory_bytes: 64 * 1024 * 1024, threads: 4, processes: 2 },
  git_activity: { operation: 'commit', success: true, origin: 'trace2' },
  log_entry: { level: 'info', message: 'a line', source: 'stdout' },
  task_event: { event_type: 'status', status: 'RUNNING' },
  artifact: { artifact_type: 'diff', uri: 'artifact:1', size_bytes: 10 },
  run_event: { event: 'started', pid: 4_242 },
  memory_operation: { operation: 'recall', hit: true },
  metric: { name: 'process.uptime', value: 1 },
  endpoint_minute: {
    route: '/api/v1/runs',
    method: 'GET',
    requests: 1,
    errors_4xx: 0,
    errors_5xx: 0,
    latency_bins: { '12': 1 },
  },
};

/** A valid record of a kind, now, of agent `agent-1` unless told otherwise. */
export function aRecord<K extends RecordKind>(kind: K, fields: Partial<RecordOf<K>> = {}): RecordOf<K> {
  const record: unknown = {
    v: 1,
    id: nextId(),
    kind,
    at: new Date().toISOString(),
    agent_id: 'agent-1',
    ...smallest[kind],
    ...fields,
  };
  return record as RecordOf<K>;
}
