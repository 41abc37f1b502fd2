import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { taskStatus } from '@telltale/contracts/records/task-event';
import type { Db } from '../database.ts';
import type { OrderKey } from './order-row.ts';

/** The run that works on a task, or was the last to. */
function newestRun(db: Db, { teamId, taskId }: OrderKey) {
  return db
    .selectFrom('run')
    .select(['run_id', 'host'])
    .where('team_id', '=', teamId)
    .where('task_id', '=', taskId)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What was recorded of a task that the registry does not schedule; null when nothing was. */
export async function findRecordedTask(db: Db, { teamId, taskId }: OrderKey): Promise<TaskOrder | null> {
  const row = await db
    .selectFrom('task')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const attempt = Math.max(1, row.status_attempt);
  const status = taskStatus.parse(row.status);
  // One that waits is in no run, although an attempt before may have had one.
  const run = status === 'PENDING' ? undefined : await newestRun(db, { teamId, taskId });
  return {
    task_id: row.task_id,
    crew_id: row.crew_id,
    agent_id: row.agent_id,
    session_id: row.session_id,
    status,
    attempt,
    max_attempts: attempt,
    priority: 0,
    inputs: row.inputs,
    repo_url: null,
    limits: null,
    runner_id: null,
    host: run?.host ?? null,
    run_id: run?.run_id ?? null,
    created_at: row.first_at.toISOString(),
    started_at: row.run_at?.toISOString() ?? null,
    ended_at: row.end_time?.toISOString() ?? null,
    next_attempt_at: null,
    cancel_requested_at: null,
    output: row.output,
    error_message: row.error_message,
  };
}
