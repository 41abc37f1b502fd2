import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { writeAudit } from '../config/audit.ts';
import type { OrderRow } from './order-row.ts';
import { nextStatusAt, tell, type Teller } from './tell.ts';

export type CancelWish = { teamId: string; actor: string } & (
  | { taskId: string; crewId?: never }
  | { taskId?: never; crewId: string | undefined }
);

/**
 * Cancels tasks that have not ended: one that waits ends at once, of one that a runner has the run is asked to end. A
 * task that nobody holds ends at once too. Hands back what was changed.
 */
export async function cancelOrders(db: Db, wish: CancelWish, teller: Teller): Promise<OrderRow[]> {
  const { teamId, actor, taskId, crewId } = wish;
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('task_order')
      .select(['task_id', 'leased_until'])
      .where('team_id', '=', teamId)
      .where('ended_at', 'is', null)
      .$if(taskId !== undefined, (query) => query.where('task_id', '=', taskId ?? ''))
      .$if(taskId === undefined, (query) => query.where('scheduled', '=', true))
      .$if(crewId !== undefined, (query) => query.where('crew_id', '=', crewId ?? ''))
      .orderBy('task_id')
      .forUpdate()
      .execute();
    const changed: OrderRow[] = [];
    for (const { task_id, leased_until } of rows) {
      const now = leased_until === null;
      const ended = { status: 'CANCELLED', status_at: nextStatusAt, ended_at: sql<Date>`clock_timestamp()` } as const;
      const row = await trx
        .updateTable('task_order')
        .set({
          cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, clock_timestamp())`,
          cancel_requested_by: sql<string>`coalesce(cancel_requested_by, ${actor})`,
          ...(now ? ended : {}),
        })
        .where('team_id', '=', teamId)
        .where('task_id', '=', task_id)
        .returningAll()
        .executeTakeFirstOrThrow();
      const told = now
        ? ({ event_type: 'status', status: 'CANCELLED' } as const)
        : ({ event_type: 'cancel_requested' } as const);
      await tell(trx, row, teller, [{ ...told, attempt: row.attempt, data: { actor } }]);
      changed.push(row);
    }
    const object =
      taskId === undefined ? (crewId === undefined ? `team:${teamId}` : `crew:${crewId}`) : `task:${taskId}`;
    if (changed.length > 0) {
      await writeAudit(trx, { teamId, actor, action: 'task.cancel', object, detail: { tasks: changed.length } });
    }
    return changed;
  });
}
