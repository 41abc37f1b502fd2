import { sql, type RawBuilder } from 'kysely';
import type { RecordKind } from '@telltale/contracts/records/record';
import { micros, type KindShare } from './base-insert.ts';

/** As ServiceCallTracker decides when a call does not say whether it went to a model. */
const llmNames = 'openai|anthropic|cohere|claude|gpt|gemini|mistral|ollama|bedrock|llm';

/**
 * A failed call of the alias `r` as a text that is the greater the later the call was: 26 characters of its time, 36 of its
 * id, then the first 200 of what it said.
 */
const failureMark = sql`to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || r.id || left(coalesce(r.error_message, 'no message'), 200)`;
/** What the newest of such texts said. */
export const messageOf = (mark: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`substr(${mark}, ${sql.lit(26 + 36 + 1)})`;
const newestFailure = sql`max(${failureMark} collate "C") filter (where not r.success)`;

const commit = sql`filter (where r.success and r.operation = 'commit')`;

/**
 * What each kind adds to the sums. The sums of llm calls are not here: they come from `calls`, where one call seen by
 * several origins is one. The gateway's own traffic (endpoint_minute) is nobody's work and enters no sum.
 */
export const kindShares: Record<Exclude<RecordKind, 'endpoint_minute'>, KindShare> = {
  llm_call: { sign: 'active' },
  tool_call: {
    sign: 'active',
    dims: { tool: sql`r.tool_name` },
    measures: {
      tool_calls: sql`count(*)`,
      tool_errors: sql`count(*) filter (where not r.success)`,
      tool_timed: sql`count(r.duration_ms)`,
      tool_us: sql`sum(${micros(sql`r.duration_ms`)})`,
      tool_input_bytes: sql`sum(r.input_size_bytes)`,
      tool_output_bytes: sql`sum(r.output_size_bytes)`,
      newest_failure: newestFailure,
    },
  },
  service_call: {
    sign: 'active',
    dims: {
      service: sql`r.service_name`,
      category: sql`coalesce(r.category, case when r.service_name ~* ${sql.lit(llmNames)} then 'llm' else 'external' end)`,
    },
    measures: {
      service_calls: sql`count(*)`,
      service_errors: sql`count(*) filter (where not r.success)`,
      service_us: sql`sum(${micros(sql`r.duration_ms`)})`,
      newest_failure: newestFailure,
    },
  },
  agent_step: { sign: 'active', measures: { steps: sql`count(*)` } },
  process_sample: {
    sign: 'none',
    measures: {
      samples: sql`count(*)`,
      cpu_milli: sql`sum(${micros(sql`r.cpu_percent`)})`,
      memory_sum: sql`sum(r.memory_bytes)`,
      threads_sum: sql`sum(r.threads)`,
      cpu_peak: sql`max(r.cpu_percent)`,
      memory_peak: sql`max(r.memory_bytes)`,
      threads_peak: sql`max(r.threads)`,
      processes_peak: sql`max(r.processes)`,
    },
  },
  git_activity: {
    sign: 'active',
    measures: {
      git_commits: sql`count(*) ${commit}`,
      git_files: sql`sum(r.files_changed) ${commit}`,
      git_insertions: sql`sum(r.insertions) ${commit}`,
      git_deletions: sql`sum(r.deletions) ${commit}`,
    },
  },
  log_entry: {
    sign: 'log',
    measures: {
      log_lines: sql`count(*)`,
      log_warnings: sql`count(*) filter (where r.level = 'warning')`,
      log_errors: sql`count(*) filter (where r.level = 'error')`,
    },
  },
  task_event: { sign: 'active' },
  artifact: { sign: 'active', measures: { artifacts: sql`count(*)`, artifact_bytes: sql`sum(r.size_bytes)` } },
  // Somebody else says that a run was lost; everything else is its own word.
  run_event: { sign: 'none', word: sql`not (r.event = 'ended' and r.reason is not distinct from 'lost')` },
  memory_operation: {
    sign: 'active',
    measures: {
      memory_stores: sql`count(*) filter (where r.operation = 'store')`,
      memory_recalls: sql`count(*) filter (where r.operation = 'recall')`,
      memory_hits: sql`count(*) filter (where r.operation = 'recall' and r.hit)`,
      memory_deletes: sql`count(*) filter (where r.operation = 'delete')`,
      memory_stored_bytes: sql`sum(r.size_bytes) filter (where r.operation = 'store')`,
    },
  },
  metric: { sign: 'none' },
};
