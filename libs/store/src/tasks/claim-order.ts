import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { OrderKey, OrderRow } from './order-row.ts';
import { nextStatusAt, tell, type Teller } from './tell.ts';

export type Claim = OrderKey & { attempt: number; runnerId: string; host: string; runId: string; leaseMs: number };

export const leaseEnd = (leaseMs: number) => sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

/** Takes an attempt that waits, for one runner; undefined when it does not wait any more or not yet. */
export async function claimOrder(db: Db, claim: Claim, teller: Teller): Promise<OrderRow | undefined> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('task_order')
      .set({
        status: 'RUNNING',
        status_at: nextStatusAt,
        runner_id: claim.runnerId,
        host: claim.host,
        run_id: claim.runId,
        leased_until: leaseEnd(claim.leaseMs),
        started_at: sql<Date>`clock_timestamp()`,
        not_before: null,
      })
      .where('team_id', '=', claim.teamId)
      .where('task_id', '=', claim.taskId)
      .where('attempt', '=', claim.attempt)
      .where('status', '=', 'PENDING')
      .where('scheduled', '=', true)
      .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<=', sql<Date>`clock_timestamp()`)]))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const data = { runner_id: claim.runnerId };
    await tell(trx, row, teller, [{ event_type: 'status', status: 'RUNNING', attempt: row.attempt, data }]);
    return row;
  });
}
