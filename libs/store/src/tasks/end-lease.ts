import type { LeaseEnd, LeaseEnded } from '@telltale/contracts/http/task-leases';
import { sql } from 'kysely';
import type { Db, DbTransaction } from '../database.ts';
import type { OrderKey, OrderRow } from './order-row.ts';
import { nextStatusAt, tell, type Teller, type ToldEvent } from './tell.ts';

export type EndedRun = Pick<LeaseEnd, 'end_reason' | 'exit_code' | 'error_message' | 'output' | 'given_back'>;

const freed = { leased_until: null } as const;

/** How an attempt ended, for whoever reads it. */
const detailOf = (row: OrderRow, { end_reason, exit_code }: EndedRun): Record<string, unknown> => ({
  end_reason,
  ...(exit_code === undefined ? {} : { exit_code }),
  ...(row.runner_id === null ? {} : { runner_id: row.runner_id }),
});

const nextStatus = (row: OrderRow, { end_reason }: EndedRun): OrderRow['status'] => {
  if (end_reason === 'completed') return 'COMPLETED';
  if (end_reason === 'cancelled' || row.cancel_requested_at !== null) return 'CANCELLED';
  const again = row.retry_on.includes(end_reason) && row.attempt < row.max_attempts;
  return again ? 'PENDING' : 'FAILED';
};

async function update(trx: DbTransaction, row: OrderRow, set: Record<string, unknown>): Promise<OrderRow> {
  return trx
    .updateTable('task_order')
    .set({ ...set, ...freed })
    .where('team_id', '=', row.team_id)
    .where('task_id', '=', row.task_id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A runner took it and could not begin: it waits again at once, with as many attempts as before. */
async function giveBack(trx: DbTransaction, row: OrderRow, teller: Teller): Promise<OrderRow> {
  const [attempt, max_attempts] = [row.attempt + 1, row.max_attempts + 1];
  const next = await update(trx, row, { status: 'PENDING', status_at: nextStatusAt, attempt, max_attempts });
  await tell(trx, next, teller, [{ event_type: 'status', status: 'PENDING', attempt }]);
  return next;
}

/** Ends the attempt that `row` (locked by this transaction) stands for: for good, or with another attempt to follow. */
async function settle(trx: DbTransaction, row: OrderRow, ended: EndedRun, teller: Teller): Promise<OrderRow> {
  // Somebody said how it ended before its run was over; that word stands.
  if (row.ended_at !== null || row.status !== 'RUNNING') return update(trx, row, {});
  if (ended.given_back === true && row.cancel_requested_at === null) return giveBack(trx, row, teller);
  const status = nextStatus(row, ended);
  const reason = ended.error_message ?? `the run ended: ${ended.end_reason}`;
  const data = detailOf(row, ended);
  if (status === 'PENDING') {
    const waitMs = row.backoff_ms * 2 ** (row.attempt - 1);
    const next = await update(trx, row, {
      status,
      status_at: nextStatusAt,
      attempt: row.attempt + 1,
      not_before: sql<Date>`clock_timestamp() + ${waitMs} * interval '1 millisecond'`,
    });
    await tell(trx, next, teller, [
      { event_type: 'attempt_ended', attempt: row.attempt, error_message: reason, data },
      { event_type: 'status', status, attempt: next.attempt },
    ]);
    return next;
  }
  const failed = status === 'FAILED' ? { error_message: reason } : {};
  const output = ended.output === undefined ? {} : { output: JSON.stringify(ended.output) };
  const next = await update(trx, row, {
    status,
    status_at: nextStatusAt,
    ended_at: sql<Date>`clock_timestamp()`,
    ...failed,
    ...output,
  });
  const told: ToldEvent = { event_type: 'status', status, attempt: row.attempt, data, ...failed };
  await tell(trx, next, teller, [ended.output === undefined ? told : { ...told, output: ended.output }]);
  return next;
}

/** A runner says how the run of its lease ended. `taken` is false when the lease was not its own any more. */
export async function endLease(
  db: Db,
  { teamId, taskId, runnerId, runId, ended }: OrderKey & { runnerId: string; runId: string; ended: EndedRun },
  teller: Teller,
): Promise<(LeaseEnded & { row: OrderRow }) | null> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('task_order')
      .selectAll()
      .where('team_id', '=', teamId)
      .where('task_id', '=', taskId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return null;
    const own = row.run_id === runId && row.runner_id === runnerId && row.leased_until !== null;
    const after = own ? await settle(trx, row, ended, teller) : row;
    return { taken: own, status: after.status, attempt: after.attempt, row: after };
  });
}

/** Takes back the leases of a team that nobody renewed in time: their runners are lost. */
export async function endExpiredLeases(db: Db, teamId: string, limit: number, teller: Teller): Promise<OrderRow[]> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('task_order')
      .selectAll()
      .where('team_id', '=', teamId)
      .where('leased_until', '<', sql<Date>`clock_timestamp()`)
      .orderBy('leased_until')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    const after: OrderRow[] = [];
    for (const row of rows)
      after.push(await settle(trx, row, { end_reason: 'lost', error_message: 'runner lost' }, teller));
    return after;
  });
}
