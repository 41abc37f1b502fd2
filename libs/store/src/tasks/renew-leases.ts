import type { LeaseState } from '@telltale/contracts/http/task-leases';
import type { Db } from '../database.ts';
import { leaseEnd } from './claim-order.ts';

type Held = { task_id: string; run_id: string };

/** Keeps a runner's leases for `leaseMs` more, and says which it has lost and which it is to end. */
export async function renewLeases(
  db: Db,
  { teamId, runnerId, held, leaseMs }: { teamId: string; runnerId: string; held: readonly Held[]; leaseMs: number },
): Promise<LeaseState[]> {
  if (held.length === 0) return [];
  const rows = await db
    .updateTable('task_order')
    .set({ leased_until: leaseEnd(leaseMs) })
    .where('team_id', '=', teamId)
    .where('runner_id', '=', runnerId)
    .where('leased_until', 'is not', null)
    .where(
      'task_id',
      'in',
      held.map((lease) => lease.task_id),
    )
    .returning(['task_id', 'run_id', 'cancel_requested_at', 'cancel_requested_by'])
    .execute();
  const known = new Map(rows.map((row) => [row.run_id, row]));
  return held.map(({ task_id, run_id }) => {
    const row = known.get(run_id);
    if (row === undefined) return { task_id, run_id, state: 'lost', actor: null };
    const state = row.cancel_requested_at === null ? 'held' : 'cancel';
    return { task_id, run_id, state, actor: row.cancel_requested_by };
  });
}
