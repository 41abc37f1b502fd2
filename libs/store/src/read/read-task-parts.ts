import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { sql } from 'kysely';
import type { Db } from '../database.ts';

type Summary = TaskDetail['logs_summary'];
type Task = { teamId: string; taskId: string };
type WithTime<T> = Omit<T, 'at'> & { at: Date };

export type TaskParts = {
  steps: Summary['steps'];
  toolCalls: Summary['tool_calls'];
  warnings: Summary['warnings'];
  events: TaskDetail['events'];
  artifacts: TaskDetail['artifacts'];
};

const shown = 100;

const of = ({ teamId, taskId }: Task) => sql`where team_id = ${teamId} and task_id = ${taskId}`;
const first = sql`order by at, id limit ${sql.lit(shown)}`;
const isoAt = <T extends { at: Date }>(rows: readonly T[]) => rows.map((row) => ({ ...row, at: row.at.toISOString() }));

/** Raw records of one task, oldest first, the first 100 of each kind. */
export async function readTaskParts(db: Db, task: Task): Promise<TaskParts> {
  const [steps, tools, warnings, events, artifacts] = await Promise.all([
    sql<WithTime<Summary['steps'][number]>>`
      select name, index, duration_ms, summary, at from agent_step ${of(task)} ${first}`.execute(db),
    sql<Summary['tool_calls'][number]>`
      select tool_name as name, input_preview as input, output_preview as output, success
      from tool_call ${of(task)} ${first}`.execute(db),
    sql<Omit<Summary['warnings'][number], 'timestamp'> & { timestamp: Date }>`
      select id, at as timestamp, level, message, source from log_entry
      ${of(task)} and level in ('warning', 'error') ${first}`.execute(db),
    sql<WithTime<TaskDetail['events'][number]>>`
      select id, event_type, status, attempt, data, metadata, at from task_event ${of(task)} ${first}`.execute(db),
    sql<WithTime<TaskDetail['artifacts'][number]>>`
      select id, artifact_type, uri, size_bytes, sha256, metadata, at from artifact ${of(task)} ${first}`.execute(db),
  ]);
  return {
    steps: isoAt(steps.rows),
    toolCalls: tools.rows,
    warnings: warnings.rows.map((row) => ({ ...row, timestamp: row.timestamp.toISOString() })),
    events: isoAt(events.rows),
    artifacts: isoAt(artifacts.rows),
  };
}
