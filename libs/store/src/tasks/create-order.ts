import type { TaskLimits } from '@telltale/contracts/http/crews';
import type { Db } from '../database.ts';
import { writeAudit } from '../config/audit.ts';
import type { OrderKey, OrderRow } from './order-row.ts';
import { tell, type Teller } from './tell.ts';

export type NewOrder = OrderKey & {
  crewId: string;
  agentId: string;
  sessionId: string | null;
  inputs: Record<string, unknown>;
  repoUrl: string | null;
  limits: TaskLimits;
  priority: number;
  maxAttempts: number;
  backoffMs: number;
  retryOn: readonly string[];
  requestHash: string;
  actor: string;
};

/** Makes a task that waits for a runner; one with that id that is there already is left and handed back. */
export async function createOrder(db: Db, order: NewOrder, teller: Teller): Promise<{ row: OrderRow; made: boolean }> {
  const { teamId, taskId } = order;
  return db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('task_order')
      .values({
        team_id: teamId,
        task_id: taskId,
        crew_id: order.crewId,
        scheduled: true,
        agent_id: order.agentId,
        session_id: order.sessionId,
        inputs: JSON.stringify(order.inputs),
        repo_url: order.repoUrl,
        limits: JSON.stringify(order.limits),
        priority: order.priority,
        max_attempts: order.maxAttempts,
        backoff_ms: order.backoffMs,
        retry_on: [...order.retryOn],
        request_hash: order.requestHash,
        created_by: order.actor,
        status: 'PENDING',
        runner_id: null,
        host: null,
        run_id: null,
        cancel_requested_by: null,
        error_message: null,
      })
      .onConflict((conflict) => conflict.columns(['team_id', 'task_id']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (made === undefined) {
      const row = await trx
        .selectFrom('task_order')
        .selectAll()
        .where('team_id', '=', teamId)
        .where('task_id', '=', taskId)
        .executeTakeFirstOrThrow();
      return { row, made: false };
    }
    const event = { event_type: 'status', status: 'PENDING', attempt: 1, inputs: order.inputs } as const;
    await tell(trx, made, teller, [event]);
    await writeAudit(trx, { teamId, actor: order.actor, action: 'task.create', object: `task:${taskId}` });
    return { row: made, made: true };
  });
}
