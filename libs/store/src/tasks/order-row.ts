import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import type { Selectable } from 'kysely';
import type { TaskOrderTable } from '../tables/tasks.ts';

export type OrderRow = Selectable<TaskOrderTable>;

const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

/** A row in the words of the API. */
export function toOrder(row: OrderRow): TaskOrder {
  return {
    task_id: row.task_id,
    crew_id: row.crew_id,
    agent_id: row.agent_id,
    session_id: row.session_id,
    status: row.status,
    attempt: row.attempt,
    max_attempts: row.max_attempts,
    priority: row.priority,
    inputs: row.inputs,
    repo_url: row.repo_url,
    limits: row.limits,
    runner_id: row.runner_id,
    host: row.host,
    run_id: row.run_id,
    created_at: row.created_at.toISOString(),
    started_at: iso(row.started_at),
    ended_at: iso(row.ended_at),
    next_attempt_at: row.status === 'PENDING' ? iso(row.not_before) : null,
    cancel_requested_at: iso(row.cancel_requested_at),
    output: row.output,
    error_message: row.error_message,
  };
}

/** What tells one order from all others. */
export type OrderKey = { teamId: string; taskId: string };
