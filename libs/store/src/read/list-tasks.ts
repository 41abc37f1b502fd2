import type { TaskRow } from '@telltale/contracts/http/tasks';
import { taskStatus } from '@telltale/contracts/records/task-event';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readCrewKeys } from './crew-keys.ts';
import { inputSummary } from './input-summary.ts';

export type TaskPosition = { startTime: string; taskId: string };

export type TaskPage = {
  teamId: string;
  crewId?: string | undefined;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  status?: TaskRow['status'] | undefined;
  /** Of the start time, `from` inclusive, `to` exclusive. */
  from?: string | undefined;
  to?: string | undefined;
  newestFirst: boolean;
  after: TaskPosition | null;
  limit: number;
  offset: number;
};

export type TaskStateRow = {
  task_id: string;
  crew_id: string | null;
  agent_id: string | null;
  session_id: string | null;
  status: string;
  start_time: Date;
  end_time: Date | null;
  inputs: Record<string, unknown> | null;
  error_preview: string | null;
};

/** What a row of the list is made of. */
export const taskColumns = sql`task_id, crew_id, agent_id, session_id, status, start_time, end_time, inputs,
  case when status = 'FAILED' then left(error_message, 200) end as error_preview`;

export function toTask(
  { inputs, start_time, end_time, status, ...row }: TaskStateRow,
  crewKeys: ReadonlyMap<string, readonly string[]>,
): TaskRow {
  return {
    ...row,
    status: taskStatus.parse(status),
    start_time: start_time.toISOString(),
    end_time: end_time?.toISOString() ?? null,
    duration_ms: end_time === null ? null : Math.max(0, end_time.getTime() - start_time.getTime()),
    input_summary: inputSummary(inputs, crewKeys.get(row.crew_id ?? '')),
  };
}

function conditionsOf(page: TaskPage) {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  return [
    sql`team_id = ${page.teamId}`,
    ...equal('crew_id', page.crewId),
    ...equal('agent_id', page.agentId),
    ...equal('session_id', page.sessionId),
    ...equal('status', page.status),
    ...(page.from === undefined ? [] : [sql`start_time >= ${page.from}::timestamptz`]),
    ...(page.to === undefined ? [] : [sql`start_time < ${page.to}::timestamptz`]),
  ];
}

/** A page of tasks by their start, and exactly how many the filter leaves. */
export async function listTasks(db: Db, page: TaskPage): Promise<{ tasks: TaskRow[]; total: number; more: boolean }> {
  const { newestFirst, after, limit, offset } = page;
  const direction = newestFirst ? sql`desc` : sql`asc`;
  const beyond = newestFirst ? sql`<` : sql`>`;
  const matching = conditionsOf(page);
  const place =
    after === null ? [] : [sql`(start_time, task_id) ${beyond} (${after.startTime}::timestamptz, ${after.taskId})`];
  const [{ rows }, counted, crewKeys] = await Promise.all([
    sql<TaskStateRow>`
      select ${taskColumns} from task where ${sql.join([...matching, ...place], sql` and `)}
      order by start_time ${direction}, task_id ${direction} limit ${limit + 1} offset ${offset}`.execute(db),
    sql<{ total: number }>`select count(*) as total from task where ${sql.join(matching, sql` and `)}`.execute(db),
    readCrewKeys(db, page.teamId),
  ]);
  return {
    tasks: rows.slice(0, limit).map((row) => toTask(row, crewKeys)),
    total: counted.rows[0]?.total ?? 0,
    more: rows.length > limit,
  };
}
