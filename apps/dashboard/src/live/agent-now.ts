import type { AgentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import type { LiveMessage, TargetSnapshot } from '@telltale/contracts/live';
import { describeActivity, readableLine, type Activity } from '@telltale/contracts/format/activity';

/** What an agent (or a run, or a session) is doing now, with what this page saw of it lately. Lists newest first. */
export type AgentNow = Omit<AgentTelemetry, 'agent_id'> & {
  agent_id: string | null;
  /** Memory of the last samples in bytes, oldest first. */
  memoryTrail: readonly number[];
  activity: Activity | null;
  /** Lines that were heard and not shown since the page was opened. */
  droppedLines: number;
};

const trailLength = 60;
const shownLogs = 50;
const shownGit = 10;

function activityOf({ activity_logs, git_activities }: AgentTelemetry | TargetSnapshot): Activity | null {
  const [log] = activity_logs;
  const [git] = git_activities;
  if (git !== undefined && (log === undefined || git.at > log.timestamp)) {
    return { at: git.at, text: [git.operation, git.message].filter(Boolean).join(' · ') };
  }
  return log === undefined ? null : { at: log.timestamp, text: readableLine(log.message) };
}

/** Begins, or begins again, with a snapshot; what was heard before and still holds is kept. */
export function fromSnapshot(snapshot: AgentTelemetry | TargetSnapshot, before: AgentNow | undefined): AgentNow {
  const memory = snapshot.process_metrics?.memory_bytes;
  const trail = before?.memoryTrail ?? [];
  const found = activityOf(snapshot);
  const known = before?.activity ?? null;
  return {
    ...snapshot,
    memoryTrail: memory === undefined || trail.at(-1) === memory ? trail : [...trail, memory].slice(-trailLength),
    activity: known !== null && (found === null || known.at > found.at) ? known : found,
    droppedLines: before?.droppedLines ?? 0,
  };
}

const empty = (message: LiveMessage): AgentNow => ({
  agent_id: message.agent_id ?? null,
  team_id: message.team_id,
  process_metrics: null,
  git_activities: [],
  token_usage: {
    model: null,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    total_tokens: 0,
    cost_usd: null,
    unpriced_calls: 0,
  },
  activity_logs: [],
  last_updated: null,
  memoryTrail: [],
  activity: null,
  droppedLines: 0,
});

/** What is known after a message. */
export function applyMessage(before: AgentNow | undefined, message: LiveMessage): AgentNow {
  const now = before ?? empty(message);
  const last_updated = new Date(message.timestamp * 1000).toISOString();
  const activity = describeActivity(message) ?? now.activity;
  const after = { ...now, last_updated, activity };
  switch (message.event) {
    case 'metrics_update': {
      const { process_metrics } = message.data;
      const memoryTrail = [...now.memoryTrail, process_metrics.memory_bytes].slice(-trailLength);
      return { ...after, process_metrics, memoryTrail };
    }
    case 'log_entry': {
      const activity_logs = [...message.data.items.toReversed(), ...now.activity_logs].slice(0, shownLogs);
      return { ...after, activity_logs, droppedLines: now.droppedLines + (message.data.dropped ?? 0) };
    }
    case 'git_activity':
      return {
        ...after,
        git_activities: [...message.data.items.toReversed(), ...now.git_activities].slice(0, shownGit),
      };
    case 'llm_call':
      return { ...after, token_usage: message.data.token_usage ?? now.token_usage };
    case 'tool_call':
    case 'service_call':
    case 'task_event':
    case 'run_event':
    case 'memory_operation':
    case 'agent_step':
    case 'artifact':
      return after;
    case 'team_totals':
      return now;
    default:
      return message satisfies never;
  }
}
