import type { JobPayload } from '@telltale/contracts/jobs';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { failRepair, openRepairs, repairStep } from '@telltale/store/rollup';
import type { JobQueue } from '@telltale/stream/queues';

type RepairDeps = { db: Db; clock: Clock; log: Log };
type Payload = JobPayload<'repair'>;

/** Makes the next day of a request anew; true when there is none left, also because it failed. */
async function oneStep({ db, clock, log }: RepairDeps, { team_id: teamId, repair_id: repairId }: Payload) {
  try {
    return await repairStep(db, { teamId, repairId }, clock.now());
  } catch (error) {
    log.error({ err: error, team: teamId, repair: repairId }, 'rollups could not be made anew');
    const reason = error instanceof Error ? error.message : String(error);
    await failRepair(db, { teamId, repairId }, reason.slice(0, 500));
    return true;
  }
}

/**
 * Makes the rollups of one request anew, day by day, and between two of its days one of each other that waits: a year of
 * one team keeps nobody waiting for the day of another. One that stops, fails or dies goes on where it was.
 */
export async function repairWork(deps: RepairDeps, payload: Payload, signal: AbortSignal): Promise<void> {
  for (let done = false; !done && !signal.aborted;) {
    done = await oneStep(deps, payload);
    const others = done ? [] : await openRepairs(deps.db);
    for (const other of others) {
      if (other.repair_id !== payload.repair_id && !signal.aborted) await oneStep(deps, other);
    }
  }
}

/** Asks again for every repair that has not ended, as for repricings. */
export async function resumeRepairs(deps: { db: Db; queue: JobQueue; starter?: string | undefined }): Promise<void> {
  const { db, queue, starter = '' } = deps;
  for (const payload of await openRepairs(db)) {
    await queue.enqueue('repair', payload, { dedupe: `repair:${payload.repair_id}${starter}` });
  }
}
