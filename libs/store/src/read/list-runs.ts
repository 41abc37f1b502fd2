import type { RunRow } from '@telltale/contracts/http/runs';
import { endReason } from '@telltale/contracts/records/run-event';
import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { readPeaks, type Peaks } from './read-peaks.ts';
import { readSumsBy } from './read-sums.ts';
import { toSums } from './sums-row.ts';

export type RunPosition = { startedAt: string; runId: string };

export type RunPage = {
  teamId: string;
  runId?: string | undefined;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  taskId?: string | undefined;
  status?: 'running' | 'ended' | undefined;
  /** Of the start: `from` inclusive, `to` exclusive. */
  from?: string | undefined;
  to?: string | undefined;
  after: RunPosition | null;
  limit: number;
  offset: number;
};

type StateRow = {
  run_id: string;
  agent_id: string;
  session_id: string | null;
  task_id: string | null;
  host: string | null;
  pid: number | null;
  command: string | null;
  end_reason: string | null;
  exit_code: number | null;
  signal: string | null;
  started_at: Date;
  ended_at: Date | null;
  output_capture: string | null;
  sampled: boolean;
};

const everything = [{ grain: 0, from: null, to: null }] as const;

const stateColumns = sql`run_id, agent_id, session_id, task_id, host, pid, command, end_reason, exit_code, signal,
  started_at, ended_at, output_capture, sample_at is not null as sampled`;

/** `started` until the first sample; after the end it depends on how it ended. */
export function lifecycleOf(run: { endReason: string | null; ended: boolean; sampled: boolean }): RunRow['lifecycle'] {
  if (!run.ended) return run.sampled ? 'running' : 'started';
  return ['completed', 'cancelled', 'unknown'].includes(run.endReason ?? '') ? 'stopped' : 'error';
}

function toRun(row: StateRow, now: number, sums: Sums, peaks: Peaks | undefined): RunRow {
  const { started_at: start, ended_at: end, sampled, ...rest } = row;
  return {
    ...rest,
    agent_ids: peaks?.agent_ids ?? [row.agent_id],
    status: end === null ? 'running' : 'ended',
    lifecycle: lifecycleOf({ endReason: row.end_reason, ended: end !== null, sampled }),
    // A word of a newer runner that we do not know still is a failure.
    end_reason: row.end_reason === null ? null : endReason.catch('failed').parse(row.end_reason),
    started_at: start.toISOString(),
    ended_at: end?.toISOString() ?? null,
    duration_ms: Math.max(0, (end?.getTime() ?? now) - start.getTime()),
    peak_cpu_percent: peaks?.cpu ?? null,
    peak_processes: peaks?.processes ?? null,
    ...sums,
  };
}

async function withSums(db: Db, teamId: string, rows: StateRow[], now: number): Promise<RunRow[]> {
  const ids = rows.map((row) => row.run_id);
  if (ids.length === 0) return [];
  const [sums, peaks] = await Promise.all([
    readSumsBy(db, 'run_id', { teamId, cube: 'unit', segments: everything, filter: { run_id: ids } }),
    readPeaks(db, { teamId, runIds: ids }),
  ]);
  return rows.map((row) => toRun(row, now, sums.get(row.run_id) ?? toSums(undefined), peaks.get(row.run_id)));
}

function conditionsOf(page: RunPage): RawBuilder<unknown> {
  const { status, from, to, after } = page;
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const conditions = [
    sql`team_id = ${page.teamId}`,
    ...equal('run_id', page.runId),
    ...equal('agent_id', page.agentId),
    ...equal('session_id', page.sessionId),
    ...equal('task_id', page.taskId),
    ...(status === undefined ? [] : [status === 'running' ? sql`ended_at is null` : sql`ended_at is not null`]),
    ...(from === undefined ? [] : [sql`started_at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`started_at < ${to}::timestamptz`]),
    ...(after === null ? [] : [sql`(started_at, run_id) < (${after.startedAt}::timestamptz, ${after.runId})`]),
  ];
  return sql.join(conditions, sql` and `);
}

/** Newest start first, with the totals of each run. */
export async function listRuns(db: Db, page: RunPage, now: number): Promise<{ runs: RunRow[]; more: boolean }> {
  const { rows } = await sql<StateRow>`
    select ${stateColumns} from run where ${conditionsOf(page)}
    order by started_at desc, run_id desc limit ${page.limit + 1} offset ${page.offset}`.execute(db);
  const runs = await withSums(db, page.teamId, rows.slice(0, page.limit), now);
  return { runs, more: rows.length > page.limit };
}

export async function readRun(
  db: Db,
  { teamId, runId }: { teamId: string; runId: string },
  now: number,
): Promise<RunRow | null> {
  const { rows } = await sql<StateRow>`
    select ${stateColumns} from run where team_id = ${teamId} and run_id = ${runId}`.execute(db);
  const [run] = await withSums(db, teamId, rows, now);
  return run ?? null;
}
