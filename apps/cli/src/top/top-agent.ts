import { describeActivity, readableLine } from '@telltale/contracts/format/activity';
import type { AgentRow } from '@telltale/contracts/http/agents';
import type { AgentTelemetry, ProcessMetrics, TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import type { LiveMessage } from '@telltale/contracts/live';

/** What the live feed said of an agent lately. */
export type Heard = {
  process: ProcessMetrics | null;
  usage: TokenUsage | null;
  activity: { at: string; text: string } | null;
};

/** One line of the screen: an agent as the store has it, with what was heard since. */
export type TopAgent = {
  agent_id: string;
  state: AgentRow['state'] | null;
  reason: string;
  host: string | null;
  runId: string | null;
  /** null while nothing runs or is heard: an old sample is no load. */
  cpu_percent: number | null;
  memory_bytes: number | null;
  total_tokens: number | null;
  cost_usd: number | null;
  isPartial: boolean;
  activity: string;
  last_updated: string;
};

export const heardNothing: Heard = { process: null, usage: null, activity: null };

/** What is known after a snapshot of the agent. */
export function hearSnapshot(telemetry: AgentTelemetry, before: Heard): Heard {
  const [line] = telemetry.activity_logs;
  const [git] = telemetry.git_activities;
  const isGit = git !== undefined && (line === undefined || git.at > line.timestamp);
  const activity = isGit
    ? { at: git.at, text: [git.operation, git.message].filter(Boolean).join(' · ') }
    : line === undefined
      ? before.activity
      : { at: line.timestamp, text: readableLine(line.message) };
  return { process: telemetry.process_metrics, usage: telemetry.token_usage, activity };
}

/** What is known after a message about the agent. */
export function hearMessage(message: LiveMessage, before: Heard): Heard {
  const activity = describeActivity(message) ?? before.activity;
  if (message.event === 'metrics_update') return { ...before, process: message.data.process_metrics };
  if (message.event === 'llm_call') return { ...before, activity, usage: message.data.token_usage ?? before.usage };
  return { ...before, activity };
}

/** Both together. `row` is undefined for an agent that was heard before it was listed. */
export function toTopAgent(agentId: string, row: AgentRow | undefined, heard: Heard): TopAgent {
  const goesOn = row === undefined || row.lifecycle === 'started' || row.lifecycle === 'running';
  const runs = goesOn && row?.state !== 'silent';
  const { process, usage, activity } = heard;
  return {
    agent_id: agentId,
    state: row?.state ?? null,
    reason: row?.state_reason ?? '',
    host: row?.host ?? null,
    runId: row?.current_run_id ?? null,
    cpu_percent: runs ? (process?.cpu_percent ?? null) : null,
    memory_bytes: runs ? (process?.memory_bytes ?? null) : null,
    total_tokens: usage?.total_tokens ?? row?.total_tokens ?? null,
    // Who called no model has spent nothing that one could speak of.
    cost_usd:
      (usage?.model ?? null) === null && (row?.llm_calls ?? 0) === 0 ? null : ((usage ?? row)?.cost_usd ?? null),
    isPartial: (usage?.unpriced_calls ?? row?.unpriced_calls ?? 0) > 0,
    activity: activity?.text ?? row?.state_reason ?? '',
    last_updated: activity?.at ?? row?.last_updated ?? '',
  };
}
