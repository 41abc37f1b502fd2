import { legalNext, type TaskOrder } from '@telltale/contracts/http/task-orders';
import { taskStatus } from '@telltale/contracts/records/task-event';
import { sql } from 'kysely';
import type { Db, DbTransaction } from '../database.ts';
import type { OrderKey, OrderRow } from './order-row.ts';
import { nextStatusAt, tell, type Teller, type ToldEvent } from './tell.ts';

type Status = TaskOrder['status'];
export type StatusWish = OrderKey & {
  status: Status;
  metadata?: Record<string, unknown> | undefined;
  errorMessage?: string | undefined;
  output?: Record<string, unknown> | undefined;
  actor: string;
};

/** `unknown`: nobody made or spoke of such a task. `illegal`: what it is, and what it may become. */
export type StatusOutcome =
  | { outcome: 'set' | 'same'; row: OrderRow }
  | { outcome: 'unknown' }
  | { outcome: 'illegal'; status: Status; legal: readonly Status[] };

const isEnd = (status: Status): boolean => status !== 'PENDING' && status !== 'RUNNING';

/** What was recorded of a task, as the aggregator has it. */
async function recorded(trx: DbTransaction, { teamId, taskId }: OrderKey) {
  return trx
    .selectFrom('task')
    .select(['agent_id', 'session_id', 'crew_id', 'status', 'status_attempt', 'first_at', 'status_at', 'error_message'])
    .where('team_id', '=', teamId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}

/** The task's row, locked. One that only records speak of gets a row; what they say beyond the row's word is taken over. */
async function lockOrder(trx: DbTransaction, key: OrderKey, actor: string): Promise<OrderRow | undefined> {
  const lock = () =>
    trx
      .selectFrom('task_order')
      .selectAll()
      .where('team_id', '=', key.teamId)
      .where('task_id', '=', key.taskId)
      .forUpdate()
      .executeTakeFirst();
  const row = await lock();
  if (row?.scheduled === true) return row;
  const said = await recorded(trx, key);
  if (said === undefined) return row;
  const status = taskStatus.parse(said.status);
  const attempt = Math.max(1, said.status_attempt);
  if (row === undefined) {
    await trx
      .insertInto('task_order')
      .values({
        team_id: key.teamId,
        task_id: key.taskId,
        crew_id: said.crew_id,
        scheduled: false,
        agent_id: said.agent_id ?? said.crew_id ?? 'task',
        session_id: said.session_id,
        repo_url: null,
        limits: '{}',
        request_hash: null,
        created_by: actor,
        created_at: said.first_at,
        status,
        status_at: said.status_at ?? said.first_at,
        attempt,
        runner_id: null,
        host: null,
        run_id: null,
        cancel_requested_by: null,
        ended_at: isEnd(status) ? said.status_at : null,
        error_message: said.error_message,
      })
      .onConflict((conflict) => conflict.columns(['team_id', 'task_id']).doNothing())
      .execute();
    return lock();
  }
  const ahead = attempt > row.attempt || (attempt === row.attempt && isEnd(status) && !isEnd(row.status));
  if (!ahead) return row;
  return trx
    .updateTable('task_order')
    .set({
      status,
      attempt,
      status_at: said.status_at ?? said.first_at,
      ended_at: isEnd(status) ? said.status_at : null,
    })
    .where('team_id', '=', key.teamId)
    .where('task_id', '=', key.taskId)
    .returningAll()
    .executeTakeFirst();
}

/** Moves a task to a status, if that may follow the one it has, and tells of it. The same status again changes nothing. */
export async function setStatus(db: Db, wish: StatusWish, teller: Teller): Promise<StatusOutcome> {
  const { status, metadata, errorMessage, output, actor } = wish;
  return db.transaction().execute(async (trx): Promise<StatusOutcome> => {
    const row = await lockOrder(trx, wish, actor);
    if (row === undefined) return { outcome: 'unknown' };
    if (row.status === status) return { outcome: 'same', row };
    const legal = legalNext[row.status];
    if (!legal.includes(status)) return { outcome: 'illegal', status: row.status, legal };
    const again = status === 'PENDING';
    const error = status === 'FAILED' ? (errorMessage ?? null) : null;
    const next = await trx
      .updateTable('task_order')
      .set({
        status,
        status_at: nextStatusAt,
        error_message: error,
        ...(isEnd(status) ? { ended_at: sql<Date>`clock_timestamp()` } : { ended_at: null }),
        ...(status === 'RUNNING' ? { started_at: sql<Date>`clock_timestamp()` } : {}),
        ...(output === undefined ? {} : { output: JSON.stringify(output) }),
        // Whoever still runs it is to stop.
        ...(status === 'CANCELLED'
          ? { cancel_requested_at: sql<Date>`clock_timestamp()`, cancel_requested_by: actor }
          : {}),
        ...(again
          ? {
              attempt: row.attempt + 1,
              max_attempts: Math.max(row.max_attempts, row.attempt + 1),
              not_before: null,
              leased_until: null,
              runner_id: null,
              host: null,
              run_id: null,
              cancel_requested_at: null,
              cancel_requested_by: null,
            }
          : {}),
      })
      .where('team_id', '=', wish.teamId)
      .where('task_id', '=', wish.taskId)
      .returningAll()
      .executeTakeFirstOrThrow();
    const told: ToldEvent = { event_type: 'status', status, attempt: next.attempt };
    await tell(trx, next, teller, [
      {
        ...told,
        ...(metadata === undefined ? {} : { metadata }),
        ...(error === null ? {} : { error_message: error }),
        ...(output === undefined ? {} : { output }),
      },
    ]);
    return { outcome: 'set', row: next };
  });
}
