import { TelltaleError } from '@telltale/contracts/errors';
import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { findOrder, findRecordedTask, toOrder } from '@telltale/store/tasks';
import type { DeskDeps } from '@telltale/tasks/desk-deps';

/** What was recorded stands when it is further than what the registry was told. */
const further = (order: TaskOrder, recorded: TaskOrder | null): TaskOrder => {
  if (recorded === null || recorded.attempt < order.attempt) return order;
  if (recorded.attempt > order.attempt) return recorded;
  if (order.ended_at === null && recorded.ended_at !== null) return recorded;
  // Who runs it is only recorded.
  return order.status === 'PENDING' ? order : { ...order, host: recorded.host, run_id: recorded.run_id };
};

/** The registry's word on a task; of one that nobody asked the registry about, what was recorded. */
export async function answerTask({ db }: Pick<DeskDeps, 'db'>, teamId: string, taskId: string): Promise<TaskOrder> {
  const row = await findOrder(db, { teamId, taskId });
  const recorded = row?.scheduled === true ? null : await findRecordedTask(db, { teamId, taskId });
  const task = row === undefined ? recorded : further(toOrder(row), recorded);
  if (task === null) throw new TelltaleError('not_found', 'Task not found');
  return task;
}
