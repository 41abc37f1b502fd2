import type { ActivityLog, AgentTelemetry, GitActivityItem } from '@telltale/contracts/http/agent-telemetry';
import type { Db } from '../database.ts';
import { listGit } from './list-git.ts';
import { listLogs, type LogLevel } from './list-logs.ts';
import type { StoredRecord } from './record-page.ts';

/** The lists of what is shown of an agent, a session or a run. */
export type Lists = Pick<AgentTelemetry, 'activity_logs' | 'git_activities'>;

/** Whose newest lines and git activities: those of a team without an id. */
export type ListsQuestion = {
  teamId: string;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  runId?: string | undefined;
  taskId?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  from?: string | undefined;
  q?: string | undefined;
  /** Of lines: this level and above. */
  minLevel?: LogLevel | undefined;
  patienceMs?: number | undefined;
  /** How many at most; none of them are read where it is 0. */
  lines: number;
  git: number;
};

const toLine = (record: StoredRecord): ActivityLog => ({
  id: record.id,
  timestamp: record.at,
  level: record['level'] as LogLevel,
  message: String(record['message']),
  source: record['source'] as ActivityLog['source'],
});

const toGit = (record: StoredRecord): GitActivityItem => ({
  id: record.id,
  operation: String(record['operation']),
  branch: (record['branch'] ?? null) as string | null,
  sha: (record['sha'] ?? null) as string | null,
  message: (record['message'] ?? null) as string | null,
  files_changed: (record['files_changed'] ?? null) as number | null,
  at: record.at,
});

export type FoundRecords = { lines: readonly StoredRecord[]; git: readonly StoredRecord[] };

export const toLists = ({ lines, git }: FoundRecords): Lists => ({
  activity_logs: lines.map(toLine),
  git_activities: git.map(toGit),
});

/** Newest first. */
export async function readLists(db: Db, { lines, git, ...ids }: ListsQuestion): Promise<FoundRecords> {
  const { minLevel, patienceMs, ...shared } = ids;
  const page = { ...shared, order: 'desc', after: null, offset: 0 } as const;
  const none = { records: [] };
  const [foundLines, foundGit] = await Promise.all([
    lines === 0 ? none : listLogs(db, { ...page, minLevel, patienceMs, limit: lines }),
    git === 0 ? none : listGit(db, { ...page, limit: git }),
  ]);
  return { lines: foundLines.records, git: foundGit.records };
}

/** How many agents are read at a time, so that a long list of them leaves connections to others. */
const atOnce = 4;

/** What `read` gives for each of the ids, by id. */
export async function readEach<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce);
    const answers = await Promise.all(some.map(async (id) => [id, await read(id)] as const));
    for (const [id, answer] of answers) found.set(id, answer);
  }
  return found;
}
