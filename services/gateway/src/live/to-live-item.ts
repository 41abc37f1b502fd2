import type { CommittedRecord } from '@telltale/contracts/live-entry';
import { liveListKinds, type LiveItem, type LiveListKind } from '@telltale/contracts/live';
import type { ProcessMetrics } from '@telltale/contracts/http/agent-telemetry';

const listKinds: ReadonlySet<string> = new Set(liveListKinds);

export const isListKind = (kind: string): kind is LiveListKind => listKinds.has(kind);

type SampleRecord = Extract<CommittedRecord, { kind: 'process_sample' }>;

export function toProcessMetrics(sample: SampleRecord): ProcessMetrics {
  return {
    pid: sample.pid,
    cpu_percent: sample.cpu_percent,
    memory_bytes: sample.memory_bytes,
    memory_mb: Math.round((sample.memory_bytes / 2 ** 20) * 10) / 10,
    threads: sample.threads,
    processes: sample.processes,
    status: sample.status ?? null,
    at: sample.at,
  };
}

/** A committed record in the shape REST shows it; log lines and git activities in the short one of a telemetry answer. */
export function toLiveItem(team: string, record: CommittedRecord): LiveItem<LiveListKind> {
  if (record.kind === 'log_entry') {
    const { id, at, level, message, source } = record;
    return { id, timestamp: at, level, message, source };
  }
  if (record.kind === 'git_activity') {
    return {
      id: record.id,
      operation: record.operation,
      branch: record.branch ?? null,
      sha: record.sha ?? null,
      message: record.message ?? null,
      files_changed: record.files_changed ?? null,
      at: record.at,
    };
  }
  return { ...record, team_id: team } as LiveItem<LiveListKind>;
}
