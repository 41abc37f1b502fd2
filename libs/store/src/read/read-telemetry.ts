import type {
  ActivityLog,
  AgentTelemetry,
  GitActivityItem,
  ProcessMetrics,
  TokenUsage,
} from '@telltale/contracts/http/agent-telemetry';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { readSums } from './read-sums.ts';

/** Whose telemetry: of one agent, or of all agents of a session or run. */
export type TelemetryTarget = { teamId: string; kind: 'agent' | 'session' | 'run'; id: string };

export type Telemetry = Omit<AgentTelemetry, 'agent_id' | 'team_id'>;

const columnOf = { agent: 'agent_id', session: 'session_id', run: 'run_id' } as const;
const gitItems = 10;
const mebibyte = 1024 * 1024;
const everything = [{ grain: 0, from: null, to: null }] as const;

const of = ({ teamId, kind, id }: TelemetryTarget): RawBuilder<unknown> =>
  sql`team_id = ${teamId} and ${sql.ref(columnOf[kind])} = ${id}`;

const newestFirst = sql`order by at desc, id desc`;

type SampleRow = Omit<ProcessMetrics, 'memory_mb' | 'at'> & { at: Date };

async function readSample(db: Db, target: TelemetryTarget): Promise<ProcessMetrics | null> {
  const { rows } = await sql<SampleRow>`
    select pid, cpu_percent, memory_bytes, threads, processes, status, at from process_sample
    where ${of(target)} ${newestFirst} limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  return { ...row, memory_mb: Math.round((row.memory_bytes / mebibyte) * 10) / 10, at: row.at.toISOString() };
}

async function readGit(db: Db, target: TelemetryTarget): Promise<GitActivityItem[]> {
  const { rows } = await sql<Omit<GitActivityItem, 'at'> & { at: Date }>`
    select id, operation, branch, sha, message, files_changed, at from git_activity
    where ${of(target)} ${newestFirst} limit ${gitItems}`.execute(db);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

async function readLogs(db: Db, target: TelemetryTarget, logs: number): Promise<ActivityLog[]> {
  const { rows } = await sql<Omit<ActivityLog, 'timestamp'> & { timestamp: Date }>`
    select id, at as timestamp, level, message, source from log_entry
    where ${of(target)} ${newestFirst} limit ${logs}`.execute(db);
  return rows.map((row) => ({ ...row, timestamp: row.timestamp.toISOString() }));
}

async function readLastModel(db: Db, target: TelemetryTarget): Promise<string | null> {
  const { rows } = await sql<{ model: string }>`
    select model from llm_call where ${of(target)} ${newestFirst} limit 1`.execute(db);
  return rows[0]?.model ?? null;
}

/** Cumulative, from rollups: an agent's place, or the units of a session or run. */
async function readUsage(db: Db, target: TelemetryTarget): Promise<TokenUsage> {
  const { teamId, kind, id } = target;
  const cube = kind === 'agent' ? 'place' : 'unit';
  const [model, sums] = await Promise.all([
    readLastModel(db, target),
    readSums(db, { teamId, cube, segments: everything, filter: { [columnOf[kind]]: id } }),
  ]);
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, total_tokens } = sums;
  const { cost_usd, unpriced_calls } = sums;
  const tokens = { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, total_tokens };
  return { model, ...tokens, cost_usd, unpriced_calls };
}

/** The newest that is known of a target, as stored; of one that nobody heard of, nothing. */
export async function readTelemetry(db: Db, target: TelemetryTarget, { logs }: { logs: number }): Promise<Telemetry> {
  const [sample, git, usage, lines] = await Promise.all([
    readSample(db, target),
    readGit(db, target),
    readUsage(db, target),
    readLogs(db, target, logs),
  ]);
  const newest = [sample?.at, git[0]?.at, lines[0]?.timestamp].filter((at) => at !== undefined);
  return {
    process_metrics: sample,
    git_activities: git,
    token_usage: usage,
    activity_logs: lines,
    last_updated: newest.toSorted().at(-1) ?? null,
  };
}

/** null when the team never heard of the agent, not even in what is not folded yet. */
export async function readAgentTelemetry(
  db: Db,
  { teamId, agentId, logs }: { teamId: string; agentId: string; logs: number },
): Promise<AgentTelemetry | null> {
  const [telemetry, { rows }] = await Promise.all([
    readTelemetry(db, { teamId, kind: 'agent', id: agentId }, { logs }),
    sql<{ last_at: Date }>`select last_at from agent where team_id = ${teamId} and agent_id = ${agentId}`.execute(db),
  ]);
  const heard = rows[0]?.last_at.toISOString() ?? null;
  const newest = [heard, telemetry.last_updated]
    .filter((at) => at !== null)
    .toSorted()
    .at(-1);
  if (newest === undefined && telemetry.token_usage.model === null) return null;
  return { agent_id: agentId, team_id: teamId, ...telemetry, last_updated: newest ?? null };
}
