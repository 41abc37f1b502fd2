import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { OrderKey, OrderRow } from './order-row.ts';

export function findOrder(db: Db, { teamId, taskId }: OrderKey): Promise<OrderRow | undefined> {
  return db
    .selectFrom('task_order')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}

/** What a runner holds, by its own name. */
export function heldOrders(db: Db, teamId: string, runnerId: string): Promise<OrderRow[]> {
  return db
    .selectFrom('task_order')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('runner_id', '=', runnerId)
    .where('leased_until', 'is not', null)
    .orderBy('started_at')
    .execute();
}

export type WaitingOrder = Pick<
  OrderRow,
  'team_id' | 'task_id' | 'crew_id' | 'attempt' | 'priority' | 'not_before' | 'created_at'
>;

/** Tasks that wait for a runner, oldest first, after the one given. */
export function waitingOrders(
  db: Db,
  teamId: string,
  { after, limit }: { after: Pick<WaitingOrder, 'created_at' | 'task_id'> | null; limit: number },
): Promise<WaitingOrder[]> {
  return db
    .selectFrom('task_order')
    .select(['team_id', 'task_id', 'crew_id', 'attempt', 'priority', 'not_before', 'created_at'])
    .where('team_id', '=', teamId)
    .where('status', '=', 'PENDING')
    .where('scheduled', '=', true)
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(date_trunc('milliseconds', created_at), task_id) > (${after?.created_at}::timestamptz, ${after?.task_id})`,
      ),
    )
    .orderBy(sql`date_trunc('milliseconds', created_at)`)
    .orderBy('task_id')
    .limit(limit)
    .execute();
}

/** Teams with tasks that wait or are held. */
export async function teamsWithOrders(db: Db): Promise<string[]> {
  const { rows } = await sql<{ team_id: string }>`
    select team_id from task_order where status = 'PENDING' and scheduled group by team_id
    union select team_id from task_order where leased_until is not null group by team_id`.execute(db);
  return rows.map(({ team_id }) => team_id);
}
