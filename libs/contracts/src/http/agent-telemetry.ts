import { z } from 'zod';
import { total } from '../sums.ts';
import { logLevel, logSource } from '../records/log-entry.ts';
import { instant, teamQuery, wholeNumber } from './query.ts';

/** The latest sample of an agent's process tree, also after its end. `memory_mb` is MiB with one decimal. */
export const processMetrics = z.object({
  pid: z.int(),
  /** 100 is one core. */
  cpu_percent: z.number(),
  memory_bytes: z.int(),
  memory_mb: z.number(),
  threads: z.int(),
  processes: z.int(),
  status: z.string().nullable(),
  at: instant,
});
export type ProcessMetrics = z.output<typeof processMetrics>;

export const gitActivityItem = z.object({
  id: z.string(),
  operation: z.string(),
  branch: z.string().nullable(),
  sha: z.string().nullable(),
  message: z.string().nullable(),
  files_changed: z.int().nullable(),
  at: instant,
});
export type GitActivityItem = z.output<typeof gitActivityItem>;

/** Cumulative over all of the agent's calls; `cost_usd` null when nothing could be priced. */
export const tokenUsage = z.object({
  /** Of the last call. */
  model: z.string().nullable(),
  input_tokens: total,
  output_tokens: total,
  cache_read_tokens: total,
  cache_write_tokens: total,
  total_tokens: total,
  cost_usd: z.number().nullable(),
  unpriced_calls: z.int(),
});
export type TokenUsage = z.output<typeof tokenUsage>;

export const activityLog = z.object({
  id: z.string(),
  timestamp: instant,
  level: logLevel,
  message: z.string(),
  source: logSource,
});
export type ActivityLog = z.output<typeof activityLog>;

/** What an agent is doing: also the snapshot of a live subscription. Lists are newest first. */
export const agentTelemetry = z.object({
  agent_id: z.string(),
  team_id: z.string(),
  /** null before the first sample. */
  process_metrics: processMetrics.nullable(),
  git_activities: z.array(gitActivityItem).max(10),
  token_usage: tokenUsage,
  activity_logs: z.array(activityLog).max(100),
  last_updated: instant.nullable(),
});
export type AgentTelemetry = z.output<typeof agentTelemetry>;

export const agentTelemetryQuery = z.strictObject({ ...teamQuery, logs: wholeNumber(1, 100).default(50) });
