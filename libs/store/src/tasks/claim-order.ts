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

/**
 * `claimed`: it is the run's own from now on. `unknown`: nobody made such a task here. `taken`: another run has it.
 * `over`: it has ended and nothing may follow.
 */
export type NamedClaim = { outcome: 'claimed' | 'taken' | 'over'; row: OrderRow } | { outcome: 'unknown' };

/**
 * Takes one task by its name, for a run that says its id: the attempt that waits, or the next one of a task that failed or
 * was cancelled. Asking again for the same run is answered alike.
 */
export async function claimNamed(
  db: Db,
  { teamId, taskId, runnerId, host, runId, leaseMs }: Omit<Claim, 'attempt'>,
  teller: Teller,
): Promise<NamedClaim> {
  return db.transaction().execute(async (trx): Promise<NamedClaim> => {
    const row = await trx
      .selectFrom('task_order')
      .selectAll()
      .where('team_id', '=', teamId)
      .where('task_id', '=', taskId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || !row.scheduled) return { outcome: 'unknown' };
    const isHeld = row.leased_until !== null;
    if (isHeld && row.run_id === runId && row.runner_id === runnerId) return { outcome: 'claimed', row };
    if (isHeld || row.status === 'RUNNING') return { outcome: 'taken', row };
    if (row.status === 'COMPLETED') return { outcome: 'over', row };
    const attempt = row.status === 'PENDING' ? row.attempt : row.attempt + 1;
    const next = await trx
      .updateTable('task_order')
      .set({
        status: 'RUNNING',
        status_at: nextStatusAt,
        attempt,
        max_attempts: Math.max(row.max_attempts, attempt),
        runner_id: runnerId,
        host,
        run_id: runId,
        leased_until: leaseEnd(leaseMs),
        started_at: sql<Date>`clock_timestamp()`,
        ended_at: null,
        error_message: null,
        not_before: null,
        cancel_requested_at: null,
        cancel_requested_by: null,
      })
      .where('team_id', '=', teamId)
      .where('task_id', '=', taskId)
      .returningAll()
      .executeTakeFirstOrThrow();
    const data = { runner_id: runnerId };
    await tell(trx, next, teller, [
      ...(attempt === row.attempt ? [] : [{ event_type: 'status', status: 'PENDING', attempt } as const]),
      { event_type: 'status', status: 'RUNNING', attempt, data },
    ]);
    return { outcome: 'claimed', row: next };
  });
}
