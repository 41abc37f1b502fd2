import type { Json, NullableJson, NullableMoney, NullableTime, Time } from './columns.ts';

/** What every raw record has besides its kind's own columns; one table a kind, partitioned by day of `at`. */
export type RecordColumns = {
  at: Time;
  batch_no: number;
  id: string;
  team_id: string;
  agent_id: string;
  session_id: string | null;
  task_id: string | null;
  run_id: string | null;
  crew_id: string | null;
  trace_id: string | null;
  span_id: string | null;
  parent_span_id: string | null;
  parent_agent_id: string | null;
  parent_run_id: string | null;
  user_id: string | null;
  host: string | null;
  project: string | null;
  labels: NullableJson;
  attributes: NullableJson;
};

export type LlmCallTable = RecordColumns & {
  provider: string | null;
  model: string;
  response_model: string | null;
  operation: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  service_tier: string | null;
  speed: string | null;
  reported_cost_usd: NullableMoney;
  duration_ms: number | null;
  ttft_ms: number | null;
  stop_reason: string | null;
  message_count: number | null;
  tool_count: number | null;
  tool_calls: number | null;
  attempt: number | null;
  streamed: boolean | null;
  status: string;
  error_type: string | null;
  error_message: string | null;
  origin: string;
  request_id: string | null;
  message_id: string | null;
  cost_usd: NullableMoney;
  cost_source: string;
  price_version: string | null;
  derived_provider: string | null;
};

export type ToolCallTable = RecordColumns & {
  tool_name: string;
  tool_call_id: string | null;
  duration_ms: number | null;
  success: boolean;
  error_message: string | null;
  input_size_bytes: number | null;
  output_size_bytes: number | null;
  input_preview: string | null;
  output_preview: string | null;
};

export type ServiceCallTable = RecordColumns & {
  service_name: string;
  operation: string;
  duration_ms: number;
  success: boolean;
  error_message: string | null;
  category: string | null;
  tokens_used: number | null;
  model: string | null;
  request_id: string | null;
};

export type AgentStepTable = RecordColumns & {
  name: string;
  index: number | null;
  duration_ms: number | null;
  summary: string | null;
};

export type ProcessSampleTable = RecordColumns & {
  pid: number;
  cpu_percent: number;
  memory_bytes: number;
  threads: number;
  processes: number;
  open_files: number | null;
  io_read_bytes: number | null;
  io_write_bytes: number | null;
  status: string | null;
  children: NullableJson;
};

export type GitActivityTable = RecordColumns & {
  operation: string;
  branch: string | null;
  sha: string | null;
  message: string | null;
  files_changed: number | null;
  insertions: number | null;
  deletions: number | null;
  success: boolean;
  origin: string;
};

export type LogEntryTable = RecordColumns & {
  level: string;
  message: string;
  source: string;
  line: number | null;
};

export type TaskEventTable = RecordColumns & {
  event_type: string;
  attempt: number | null;
  status: string | null;
  inputs: NullableJson;
  output: NullableJson;
  error_message: string | null;
  data: NullableJson;
  metadata: NullableJson;
};

export type ArtifactTable = RecordColumns & {
  artifact_type: string;
  uri: string;
  size_bytes: number;
  sha256: string | null;
  metadata: NullableJson;
};

export type RunEventTable = RecordColumns & {
  event: string;
  pid: number | null;
  command: string | null;
  exit_code: number | null;
  signal: string | null;
  reason: string | null;
  limit: string | null;
  value: number | null;
  cap: number | null;
  step: string | null;
  actor: string | null;
  evidence: NullableJson;
};

export type MemoryOperationTable = RecordColumns & {
  operation: string;
  memory_id: string | null;
  size_bytes: number | null;
  hit: boolean | null;
};

export type MetricTable = RecordColumns & {
  name: string;
  value: number;
  unit: string | null;
  temporality: string | null;
  started_at: NullableTime;
};

export type EndpointMinuteTable = RecordColumns & {
  route: string;
  method: string;
  requests: number;
  errors_4xx: number;
  errors_5xx: number;
  latency_bins: Json;
};

/** Table by kind of record. */
export type RecordTables = {
  llm_call: LlmCallTable;
  tool_call: ToolCallTable;
  service_call: ServiceCallTable;
  agent_step: AgentStepTable;
  process_sample: ProcessSampleTable;
  git_activity: GitActivityTable;
  log_entry: LogEntryTable;
  task_event: TaskEventTable;
  artifact: ArtifactTable;
  run_event: RunEventTable;
  memory_operation: MemoryOperationTable;
  metric: MetricTable;
  endpoint_minute: EndpointMinuteTable;
};
