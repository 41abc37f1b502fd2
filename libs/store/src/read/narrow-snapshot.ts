import type { ActivityLog, AgentTelemetry, GitActivityItem } from '@telltale/contracts/http/agent-telemetry';
import type { LiveEvent, LiveSnapshot } from '@telltale/contracts/live';
import type { Db } from '../database.ts';
import { listGit } from './list-git.ts';
import { listLogs, type LogLevel } from './list-logs.ts';
import type { StoredRecord } from './record-page.ts';

/** What the lists of a snapshot are narrowed to; latest values and sums are always the target's own. */
export type SnapshotFilter = {
  events?: readonly LiveEvent[] | undefined;
  /** Of lines: this level and above. */
  minLevel?: LogLevel | undefined;
  taskId?: string | undefined;
  /** A piece of a line, or of what a git activity says. */
  q?: string | undefined;
};
/** Whose records: those of a team without an id. */
export type SnapshotIds = { teamId: string; agentId?: string; sessionId?: string; runId?: string };

type Lists = Pick<AgentTelemetry, 'activity_logs' | 'git_activities'>;
const most = { one: { lines: 50, git: 10 }, ofTeam: { lines: 200, git: 100 }, ofEach: 10 } as const;

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

const wants = ({ events }: SnapshotFilter, event: LiveEvent): boolean => events === undefined || events.includes(event);

/** The newest lines and git activities that pass, by agent, newest first. */
async function readLists(db: Db, ids: SnapshotIds, filter: SnapshotFilter, limits: { lines: number; git: number }) {
  const { taskId, q, minLevel } = filter;
  const page = { ...ids, taskId, q, order: 'desc', after: null, offset: 0 } as const;
  const none = { records: [] };
  const [lines, git] = await Promise.all([
    wants(filter, 'log_entry') ? listLogs(db, { ...page, minLevel, limit: limits.lines }) : none,
    wants(filter, 'git_activity') ? listGit(db, { ...page, limit: limits.git }) : none,
  ]);
  return { lines: lines.records, git: git.records };
}

/** The same snapshot with only what its subscription wants to hear in its lists. */
export async function narrowSnapshot(
  db: Db,
  ids: SnapshotIds,
  snapshot: LiveSnapshot,
  filter: SnapshotFilter,
): Promise<LiveSnapshot> {
  const metrics = (of: Pick<AgentTelemetry, 'process_metrics'>) =>
    wants(filter, 'metrics_update') ? of.process_metrics : null;
  const isByContent = filter.minLevel !== undefined || filter.taskId !== undefined || filter.q !== undefined;
  const kept = (of: Lists): Lists => ({
    activity_logs: wants(filter, 'log_entry') ? of.activity_logs : [],
    git_activities: wants(filter, 'git_activity') ? of.git_activities : [],
  });
  if ('agents' in snapshot) {
    const found = isByContent ? await readLists(db, ids, filter, most.ofTeam) : null;
    const own = (records: readonly StoredRecord[], agentId: string): StoredRecord[] =>
      records.filter(({ agent_id }) => agent_id === agentId).slice(0, most.ofEach);
    const lists = (agent: AgentTelemetry): Lists =>
      found === null
        ? kept(agent)
        : {
            activity_logs: own(found.lines, agent.agent_id).map(toLine),
            git_activities: own(found.git, agent.agent_id).map(toGit),
          };
    const agents = snapshot.agents.map((agent) => ({ ...agent, ...lists(agent), process_metrics: metrics(agent) }));
    return { ...snapshot, agents };
  }
  const found = isByContent ? await readLists(db, ids, filter, most.one) : null;
  const lists =
    found === null ? kept(snapshot) : { activity_logs: found.lines.map(toLine), git_activities: found.git.map(toGit) };
  return { ...snapshot, ...lists, process_metrics: metrics(snapshot) };
}
