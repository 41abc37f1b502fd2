import type { OrderRow } from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';

type Waiting = Pick<OrderRow, 'team_id' | 'task_id' | 'crew_id' | 'attempt' | 'priority' | 'not_before'>;

const jobOf = ({ task_id: taskId, attempt }: Waiting) => ({ taskId, attempt });
const queueOf = ({ team_id: teamId, crew_id: crewId }: Waiting) => ({ teamId, crewId: crewId ?? '' });

/** Puts an attempt into its crew's queue; putting it there twice is once. */
export async function enqueue({ queue, clock }: Pick<DeskDeps, 'queue' | 'clock'>, order: Waiting): Promise<void> {
  const delayMs = order.not_before === null ? 0 : order.not_before.getTime() - clock.now();
  await queue.add(queueOf(order), { ...jobOf(order), priority: order.priority, delayMs });
}

/** The same when the store is not to wait for it: what is not in a queue is found by the next look. */
export async function tryEnqueue(deps: Pick<DeskDeps, 'queue' | 'clock' | 'log'>, order: Waiting): Promise<void> {
  try {
    await enqueue(deps, order);
  } catch (error) {
    deps.log.warn({ err: error, task_id: order.task_id }, 'a task is not in its queue; it is put there later');
  }
}

export async function tryDequeue({ queue, log }: Pick<DeskDeps, 'queue' | 'log'>, order: Waiting): Promise<void> {
  try {
    await queue.remove(queueOf(order), jobOf(order));
  } catch (error) {
    log.debug({ err: error, task_id: order.task_id }, 'a job that nobody needs stays in its queue until it is taken');
  }
}
