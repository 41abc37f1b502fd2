import type { TaskLease } from '@telltale/contracts/http/task-leases';
import type { OrderRow } from '@telltale/store/tasks';

/** A row that is held, in the words of who holds it. */
export function toLease(row: OrderRow): TaskLease {
  return {
    team_id: row.team_id,
    task_id: row.task_id,
    run_id: row.run_id ?? '',
    attempt: row.attempt,
    crew_id: row.crew_id ?? '',
    agent_id: row.agent_id,
    session_id: row.session_id,
    inputs: row.inputs ?? {},
    repo_url: row.repo_url,
    limits: row.limits,
    cancel_requested_by: row.cancel_requested_at === null ? null : (row.cancel_requested_by ?? 'somebody'),
    leased_until: (row.leased_until ?? row.status_at).toISOString(),
  };
}
