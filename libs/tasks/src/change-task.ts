import { TelltaleError } from '@telltale/contracts/errors';
import {
  cancelOrders,
  findOrder,
  findRecordedTask,
  setStatus,
  type OrderKey,
  type OrderRow,
  type StatusWish,
} from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';
import { tryDequeue, tryEnqueue } from './enqueue.ts';

const unknownTask = () => new TelltaleError('not_found', 'Task not found');

/** Says a task's status. Throws not_found, and conflict with what may follow. */
export async function changeStatus(deps: DeskDeps, wish: StatusWish): Promise<OrderRow> {
  const done = await setStatus(deps.db, wish, deps.teller);
  if (done.outcome === 'unknown') throw unknownTask();
  if (done.outcome === 'illegal') {
    const next = done.legal.length === 0 ? 'nothing may follow it' : `what may follow is ${done.legal.join(', ')}`;
    const detail = `the task is ${done.status}, which cannot become ${wish.status}: ${next}`;
    const errors = [{ pointer: '#/status', code: 'illegal_transition', detail }];
    throw new TelltaleError('conflict', `#/status: ${detail}`, { errors });
  }
  const { row } = done;
  if (done.outcome === 'set' && row.scheduled) await (row.status === 'PENDING' ? tryEnqueue : tryDequeue)(deps, row);
  return row;
}

const notOurs = 'somebody else runs this task: stop its run, or say its status with PUT /tasks/{task_id}/status';

/** Cancels a task, or asks its runner to end it. Throws not_found, and conflict when it has ended. */
export async function cancelTask(
  deps: DeskDeps,
  { teamId, taskId, actor }: OrderKey & { actor: string },
): Promise<OrderRow> {
  const [row] = await cancelOrders(deps.db, { teamId, taskId, actor }, deps.teller);
  if (row !== undefined) {
    if (row.status === 'CANCELLED') await tryDequeue(deps, row);
    return row;
  }
  const there = await findOrder(deps.db, { teamId, taskId });
  if (there === undefined && (await findRecordedTask(deps.db, { teamId, taskId })) === null) throw unknownTask();
  if (there === undefined) throw new TelltaleError('conflict', notOurs);
  throw new TelltaleError('conflict', `the task is ${there.status}; it has ended and cannot be cancelled`);
}

/** Cancels all tasks of a team, or of a crew, that have not ended; their ids. */
export async function cancelTasks(
  deps: DeskDeps,
  wish: { teamId: string; crewId: string | undefined; actor: string },
): Promise<string[]> {
  const rows = await cancelOrders(deps.db, wish, deps.teller);
  for (const row of rows) if (row.status === 'CANCELLED') await tryDequeue(deps, row);
  return rows.map(({ task_id }) => task_id);
}
