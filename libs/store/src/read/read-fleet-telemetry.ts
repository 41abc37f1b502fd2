import type { ActivityLog, GitActivityItem, ProcessMetrics } from '@telltale/contracts/http/agent-telemetry';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';
import { agentSpans, isIndexed } from './agent-spans.ts';
import { keyRows } from './key-rows.ts';
import { newestChunkLines } from './newest-log-lines.ts';
import type { Telemetry } from './read-agent-telemetry.ts';
import { findSubAgents, type FoundSubAgent } from './sub-agents.ts';
import { readEach, readLists, toLists, type Lists } from './target-lists.ts';
import { noTokens, readTokenUsage } from './read-token-usage.ts';

export type FleetQuestion = {
  teamId: string;
  /** What the ids are of: each is answered for itself. */
  of: 'agent_id' | 'run_id' | 'session_id';
  ids: readonly string[];
  /** How many log lines of each at most. */
  logs: number;
};

const gitShown = 10;

type Keyed<T> = T & { key: string; at: Date };

/**
 * The newest rows of a kind for each id, in one statement. Those of a run or session are looked for among those of its
 * agents in its time.
 */
function newestRows(question: FleetQuestion, table: string, columns: readonly string[], limit: number) {
  const { teamId, of, ids } = question;
  const wanted = sql.join(['at', 'id', ...columns].map((column) => sql.ref(`row.${column}`)));
  const newest = sql`order by row.at desc, row.id desc limit ${limit}`;
  const rows: RawBuilder<unknown> = sql`${sql.table(table)} as row`;
  const one = sql`row.team_id = ${teamId} and row.${sql.ref(of)} = key.id`;
  const isKey = (alias: string) => [sql`${sql.ref(`${alias}.${of}`)} = key.id`];
  const bySpan = sql`select row.* from (${agentSpans({ teamId, table, ids: isKey })}) as span cross join lateral (
      select ${wanted} from ${rows} where ${one} and ${isIndexed('row.agent_id', teamId, sql`span.agent_id`)}
        and row.at between span.first_at and span.last_at ${newest}
    ) as row ${newest}`;
  const direct = sql`select ${wanted} from ${rows}
    where row.team_id = ${teamId} and ${isIndexed('row.agent_id', teamId, sql`key.id`)} ${newest}`;
  return sql`${plannedOnce}
    select key.id as key, found.* from ${keyRows(ids)}
    cross join lateral (${of === 'agent_id' ? direct : bySpan}) as found
    order by key, found.at desc, found.id desc`;
}

/** Records of sub-agents lie under their agents' ids. */
async function readSubAgentLists(db: Db, { teamId, of, ids, logs }: FleetQuestion): Promise<Map<string, Lists>> {
  const found = of === 'agent_id' ? await findSubAgents(db, teamId, ids) : new Map<string, FoundSubAgent>();
  return await readEach([...found.keys()], async (id) => {
    const subAgent = found.get(id);
    // Without an end, a few lines would be looked for in all that its agent ever told.
    const question = { teamId, ...subAgent?.whose, from: subAgent?.firstAt, lines: logs, git: gitShown };
    return toLists(await readLists(db, question));
  });
}

type SampleRow = Keyed<Omit<ProcessMetrics, 'at' | 'memory_mb'>>;
type GitRow = Keyed<Omit<GitActivityItem, 'at'>>;
type LogRow = Omit<ActivityLog, 'timestamp'> & { at: Date };

const toMetrics = ({ pid, cpu_percent, memory_bytes, threads, processes, status, at }: SampleRow): ProcessMetrics => ({
  pid,
  cpu_percent,
  memory_bytes,
  memory_mb: Math.round((memory_bytes / 2 ** 20) * 10) / 10,
  threads,
  processes,
  status,
  at: at.toISOString(),
});

const toGit = ({ id, operation, branch, sha, message, files_changed, at }: GitRow): GitActivityItem => ({
  id,
  operation,
  branch,
  sha,
  message,
  files_changed,
  at: at.toISOString(),
});

const toLog = ({ id, at, level, message, source }: LogRow): ActivityLog => ({
  id,
  timestamp: at.toISOString(),
  level,
  message,
  source,
});

const newestFirst = (lines: readonly LogRow[], most: number): LogRow[] =>
  lines.toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)).slice(0, most);

const latest = (times: readonly (string | undefined)[]): string | null =>
  times.reduce<string | null>((newest, time) => (time !== undefined && time > (newest ?? '') ? time : newest), null);

const byKey = <T extends { key: string }>(rows: readonly T[]): Partial<Record<string, T[]>> =>
  Object.groupBy(rows, ({ key }) => key);

/**
 * The latest sample, the last git activities and log lines (newest first) and the cumulative tokens of each id. What was
 * committed before the call is in it, folded or not; only the tokens are as of the last fold.
 */
export async function readFleetTelemetry(db: Db, question: FleetQuestion): Promise<Map<string, Telemetry>> {
  const sample = ['pid', 'cpu_percent', 'memory_bytes', 'threads', 'processes', 'status'];
  const git = ['operation', 'branch', 'sha', 'message', 'files_changed'];
  const log = ['level', 'message', 'source'];
  const [samples, activities, logs, chunks, tokens, subAgents] = await Promise.all([
    sql<SampleRow>`${newestRows(question, 'process_sample', sample, 1)}`.execute(db),
    sql<GitRow>`${newestRows(question, 'git_activity', git, gitShown)}`.execute(db),
    sql<Keyed<LogRow>>`${newestRows(question, 'log_entry', log, question.logs)}`.execute(db),
    newestChunkLines(db, question),
    readTokenUsage(db, question),
    readSubAgentLists(db, question),
  ]);
  const [sampleOf, gitOf, logsOf] = [byKey(samples.rows), byKey(activities.rows), byKey(logs.rows)];
  const answer = new Map<string, Telemetry>();
  for (const id of question.ids) {
    const found = sampleOf[id]?.[0];
    const metrics = found === undefined ? null : toMetrics(found);
    const { git_activities, activity_logs } = subAgents.get(id) ?? {
      git_activities: (gitOf[id] ?? []).map(toGit),
      activity_logs: newestFirst([...(logsOf[id] ?? []), ...(chunks.get(id) ?? [])], question.logs).map(toLog),
    };
    const usage = tokens.get(id);
    answer.set(id, {
      process_metrics: metrics,
      git_activities,
      token_usage: usage?.tokens ?? noTokens,
      activity_logs,
      last_updated: latest([metrics?.at, git_activities[0]?.at, activity_logs[0]?.timestamp, usage?.lastAt]),
    });
  }
  return answer;
}
