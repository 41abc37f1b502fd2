import { TelltaleError } from '@telltale/contracts/errors';
import type { TaskLease } from '@telltale/contracts/http/task-leases';
import { claimNamed, type OrderKey } from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';
import { tryDequeue } from './enqueue.ts';
import { toLease } from './lease-of-row.ts';

/**
 * Takes one task for a run that somebody starts by hand, so that no runner takes it too. Throws not_found, and conflict when
 * another run has it or nothing may follow its end.
 */
export async function claimTask(
  deps: DeskDeps,
  { teamId, taskId, ...claimant }: OrderKey & { runnerId: string; host: string; runId: string },
): Promise<TaskLease> {
  const { db, teller, leaseMs } = deps;
  const claim = await claimNamed(db, { teamId, taskId, ...claimant, leaseMs }, teller);
  if (claim.outcome === 'unknown') throw new TelltaleError('not_found', 'Task not found');
  const { row, outcome } = claim;
  if (outcome === 'over')
    throw new TelltaleError('conflict', `task ${taskId} is ${row.status}: it has ended and nothing may follow`);
  if (outcome === 'taken') {
    const where = row.run_id === null ? '' : `: run ${row.run_id} on ${row.host ?? 'another host'} has it`;
    throw new TelltaleError('conflict', `task ${taskId} is ${row.status}${where}`);
  }
  // Its job in the queue finds the attempt taken all the same.
  await tryDequeue(deps, row);
  return toLease(row);
}
