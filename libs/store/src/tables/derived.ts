import type { ColumnType, GeneratedAlways } from 'kysely';
import type { CallMember } from '../rollup/calls/call.ts';
import type { NullableJson, NullableMoney, NullableTime, Time } from './columns.ts';

// What the aggregator makes; migrations/0002_derived.sql says what each column means.

export type SeriesTable = {
  team_id: string;
  series_id: string;
  cube: string;
  agent_id: string | null;
  session_id: string | null;
  task_id: string | null;
  run_id: string | null;
  crew_id: string | null;
  user_id: string | null;
  project: string | null;
  host: string | null;
  labels: NullableJson;
  provider: string | null;
  model: string | null;
  tool: string | null;
  service: string | null;
  category: string | null;
};

export type RollupTable = {
  team_id: string;
  cube: string;
  grain: number;
  bucket: Time;
  series_id: string;
  llm_calls: number | null;
  llm_errors: number | null;
  unpriced_calls: number | null;
  estimated_calls: number | null;
  input_tokens: NullableMoney;
  output_tokens: NullableMoney;
  cache_read_tokens: NullableMoney;
  cache_write_5m_tokens: NullableMoney;
  cache_write_1h_tokens: NullableMoney;
  reasoning_tokens: NullableMoney;
  cost_usd: NullableMoney;
  reported_cost_usd: NullableMoney;
  llm_us: NullableMoney;
  llm_timed: number | null;
  ttft_us: NullableMoney;
  ttft_timed: number | null;
  tool_calls: number | null;
  tool_errors: number | null;
  tool_us: NullableMoney;
  tool_timed: number | null;
  tool_input_bytes: NullableMoney;
  tool_output_bytes: NullableMoney;
  service_calls: number | null;
  service_errors: number | null;
  service_us: NullableMoney;
  records: number | null;
  steps: number | null;
  git_commits: number | null;
  git_files: NullableMoney;
  git_insertions: NullableMoney;
  git_deletions: NullableMoney;
  log_lines: number | null;
  log_warnings: number | null;
  log_errors: number | null;
  samples: number | null;
  cpu_milli: NullableMoney;
  cpu_peak: number | null;
  memory_sum: NullableMoney;
  memory_peak: number | null;
  threads_sum: NullableMoney;
  threads_peak: number | null;
  processes_peak: number | null;
  memory_stores: number | null;
  memory_recalls: number | null;
  memory_hits: number | null;
  memory_deletes: number | null;
  memory_stored_bytes: NullableMoney;
  artifacts: number | null;
  artifact_bytes: NullableMoney;
  newest_failure: string | null;
};

export type RollupBinTable = {
  team_id: string;
  series_id: string;
  grain: number;
  measure: string;
  bucket: Time;
  bins: number[];
  counts: number[];
};

export type CallsTable = {
  team_id: string;
  call_id: string;
  record_id: string;
  at: Time;
  origin: string;
  agent_id: string;
  session_id: string | null;
  task_id: string | null;
  run_id: string | null;
  crew_id: string | null;
  user_id: string | null;
  project: string | null;
  host: string | null;
  labels: NullableJson;
  provider: string | null;
  model: string;
  response_model: string | null;
  service_tier: string | null;
  speed: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  cost_usd: NullableMoney;
  cost_source: string;
  price_version: string | null;
  derived_provider: string | null;
  reported_cost_usd: NullableMoney;
  duration_ms: number | null;
  ttft_ms: number | null;
  status: string;
  request_id: string | null;
  message_id: string | null;
  members: ColumnType<CallMember[] | null, string | null, string | null>;
  matched: true | null;
} & Required<Pick<CallMember, 'span' | 'parent_span' | 'trace_id' | 'process' | 'sum_of' | 'requests' | 'passed_on'>>;

export type CallAliasTable = {
  team_id: string;
  alias: string;
  call_id: string;
};

export type AgentTable = {
  team_id: string;
  agent_id: string;
  first_at: Time;
  last_at: Time;
  active_at: NullableTime;
  logged_at: NullableTime;
  host: string | null;
  host_at: NullableTime;
  crew_id: string | null;
  crew_at: NullableTime;
  parent_agent_id: string | null;
  parent_at: NullableTime;
  sub_agent: string | null;
  name: string | null;
  name_at: NullableTime;
  run_id: string | null;
  run_at: NullableTime;
  model: string | null;
  model_at: NullableTime;
  sample_at: NullableTime;
  sample_id: string | null;
  sample_pid: number | null;
  cpu_percent: number | null;
  memory_bytes: number | null;
  threads: number | null;
  processes: number | null;
  sample_status: string | null;
};

export type AgentMemoryTable = {
  team_id: string;
  agent_id: string;
  last_at: Time;
  hits: number;
  misses: number;
};

export type AgentRecallTable = {
  team_id: string;
  agent_id: string;
  memory_id: string;
  recalls: number;
  last_at: Time;
};

export type AgentMemoryReportTable = {
  team_id: string;
  agent_id: string;
  name: string;
  value: ColumnType<string | number, string, string>;
  at: Time;
  id: string;
};

export type TidiedQuartersTable = {
  team_id: string;
  day: ColumnType<string, string, string>;
  series_id: string | null;
};

export type SessionTable = {
  team_id: string;
  session_id: string;
  first_at: Time;
  last_at: Time;
};

export type RunTable = {
  team_id: string;
  run_id: string;
  first_at: Time;
  last_at: Time;
  word_at: NullableTime;
  agent_id: string;
  agent_at: Time;
  active_at: NullableTime;
  logged_at: NullableTime;
  session_id: string | null;
  session_at: NullableTime;
  task_id: string | null;
  task_at: NullableTime;
  crew_id: string | null;
  crew_at: NullableTime;
  host: string | null;
  host_at: NullableTime;
  start_at: NullableTime;
  start_id: string | null;
  pid: number | null;
  command: string | null;
  output_capture: string | null;
  end_at: NullableTime;
  end_id: string | null;
  end_word: string | null;
  exit_code: number | null;
  signal: string | null;
  lost_at: NullableTime;
  pause_at: NullableTime;
  paused: boolean | null;
  limit_at: NullableTime;
  limit_id: string | null;
  limit_name: string | null;
  limit_step: string | null;
  limit_value: number | null;
  limit_cap: number | null;
  sample_at: NullableTime;
  started_at: GeneratedAlways<Date>;
  ended_at: GeneratedAlways<Date | null>;
  end_reason: GeneratedAlways<string | null>;
};

export type TaskTable = {
  team_id: string;
  task_id: string;
  first_at: Time;
  last_at: Time;
  agent_id: string | null;
  agent_at: NullableTime;
  session_id: string | null;
  session_at: NullableTime;
  crew_id: string | null;
  crew_at: NullableTime;
  status: string;
  status_attempt: number;
  status_is_end: boolean;
  status_at: NullableTime;
  status_id: string | null;
  error_message: string | null;
  run_attempt: number | null;
  run_at: NullableTime;
  inputs: NullableJson;
  inputs_at: NullableTime;
  inputs_id: string | null;
  output: NullableJson;
  output_at: NullableTime;
  output_id: string | null;
  start_time: GeneratedAlways<Date>;
  end_time: GeneratedAlways<Date | null>;
};

export type DerivedTables = {
  series: SeriesTable;
  rollup: RollupTable;
  rollup_bin: RollupBinTable;
  calls: CallsTable;
  call_alias: CallAliasTable;
  agent: AgentTable;
  tidied_quarters: TidiedQuartersTable;
  agent_memory: AgentMemoryTable;
  agent_recall: AgentRecallTable;
  agent_memory_report: AgentMemoryReportTable;
  session: SessionTable;
  run: RunTable;
  task: TaskTable;
};
