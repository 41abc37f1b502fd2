import type { TaskLease } from '@telltale/contracts/http/task-leases';
import { TelltaleError } from '@telltale/contracts/errors';
import { announceCrews, claimOrder, endLease, heldOrders, renewLeases } from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';
import { tryEnqueue } from './enqueue.ts';
import { toLease } from './lease-of-row.ts';
import type { TaskSource } from './task-source.ts';

/** Tasks of one team straight from its queues; whether an attempt is one's own says the store alone. */
export function createStoreTaskSource(deps: DeskDeps & { teamId: string }): TaskSource {
  const { db, queue, teller, leaseMs, teamId } = deps;

  /** The next task of a crew that still waits by the store's word; what does not is stale and dropped. */
  const leaseNext = async (crewId: string, runnerId: string, host: string): Promise<TaskLease | null> => {
    for (;;) {
      const job = await queue.take({ teamId, crewId });
      if (job === null) return null;
      const claim = {
        teamId,
        taskId: job.taskId,
        attempt: job.attempt,
        runnerId,
        host,
        runId: teller.newId(),
        leaseMs,
      };
      const row = await claimOrder(db, claim, teller).catch(async (error: unknown) => {
        await job.putBack().catch(() => undefined);
        throw error;
      });
      // A job that comes again finds its attempt taken.
      await job.done().catch(() => undefined);
      if (row !== undefined) return toLease(row);
    }
  };

  return {
    announce: (said) => announceCrews(db, teamId, said),
    async lease({ runner_id, host, crews, free }, signal) {
      const leases: TaskLease[] = [];
      const room = new Map(crews.map((crew) => [crew.crew_id, crew.free]));
      // In turns, so that no crew keeps the others waiting.
      for (let found = true; found && leases.length < free && !signal.aborted;) {
        found = false;
        for (const [crewId, left] of room) {
          if (left === 0 || leases.length >= free) continue;
          const lease = await leaseNext(crewId, runner_id, host).catch((error: unknown) => {
            // What was leased before is ours: it must be heard of.
            if (leases.length === 0) throw error;
            return null;
          });
          if (lease === null) continue;
          found = true;
          room.set(crewId, left - 1);
          leases.push(lease);
        }
      }
      return leases;
    },
    held: async (runnerId) => (await heldOrders(db, teamId, runnerId)).map(toLease),
    renew: (runnerId, held) => renewLeases(db, { teamId, runnerId, held, leaseMs }),
    async end(runId, { runner_id, task_id, ...ended }) {
      const after = await endLease(db, { teamId, taskId: task_id, runnerId: runner_id, runId, ended }, teller);
      if (after === null) throw new TelltaleError('not_found', 'Task not found');
      const { row, ...answer } = after;
      if (answer.taken && row.status === 'PENDING') await tryEnqueue(deps, row);
      return answer;
    },
  };
}
