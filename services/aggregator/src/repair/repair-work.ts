import type { JobPayload } from '@telltale/contracts/jobs';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { failRepair, openRepairs, repairStep } from '@telltale/store/rollup';
import type { JobQueue } from '@telltale/stream/queues';

/** Makes the rollups of one request anew, day by day. One that stops, fails or dies goes on where it was. */
export async function repairWork(
  { db, clock, log }: { db: Db; clock: Clock; log: Log },
  { team_id: teamId, repair_id: repairId }: JobPayload<'repair'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (let done = false; !done && !signal.aborted;) done = await repairStep(db, { teamId, repairId }, clock.now());
  } catch (error) {
    log.error({ err: error, team: teamId, repair: repairId }, 'rollups could not be made anew');
    const reason = error instanceof Error ? error.message : String(error);
    await failRepair(db, { teamId, repairId }, reason.slice(0, 500));
  }
}

/** Asks again for every repair that has not ended, as for repricings. */
export async function resumeRepairs(deps: { db: Db; queue: JobQueue; starter?: string | undefined }): Promise<void> {
  const { db, queue, starter = '' } = deps;
  for (const payload of await openRepairs(db)) {
    await queue.enqueue('repair', payload, { dedupe: `repair:${payload.repair_id}${starter}` });
  }
}
