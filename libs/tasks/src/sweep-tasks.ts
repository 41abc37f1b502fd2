import { startLoop, type Loop } from '@telltale/runtime/loop';
import {
  endExpiredLeases,
  teamsWithOrders,
  waitingOrders,
  withSweepLock,
  type WaitingOrder,
} from '@telltale/store/tasks';
import type { DeskDeps } from './desk-deps.ts';
import { enqueue, tryEnqueue } from './enqueue.ts';

const page = 500;
const lookEveryMs = 5_000;
const enqueueEveryMs = 15_000;

/** Puts every task of a team that waits and is in no queue into its queue; how many there were. */
export async function enqueueMissing(deps: DeskDeps, teamId: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let after: WaitingOrder | null = null; !signal.aborted;) {
    const rows: WaitingOrder[] = await waitingOrders(deps.db, teamId, { after, limit: page });
    for (const [crewId, ofCrew] of Map.groupBy(rows, ({ crew_id }) => crew_id ?? '')) {
      const wanted = ofCrew.map((row) => ({ taskId: row.task_id, attempt: row.attempt, row }));
      const missing = await deps.queue.missing({ teamId, crewId }, wanted);
      for (const { row } of missing) await enqueue(deps, row);
      count += missing.length;
    }
    after = rows.at(-1) ?? null;
    if (rows.length < page) break;
  }
  return count;
}

/** Takes back what lost runners hold: another attempt follows, or the task fails, once. How many there were. */
export async function takeBackLost(deps: DeskDeps, teamId: string): Promise<number> {
  const rows = await endExpiredLeases(deps.db, teamId, page, deps.teller);
  for (const row of rows) if (row.status === 'PENDING') await tryEnqueue(deps, row);
  return rows.length;
}

/**
 * Keeps queues what the store says, and leases only with runners that live. Of several instances one does it at a time.
 * Nothing is taken back before this process has reached the store for as long as a lease lasts: while it could not,
 * runners could not renew either.
 */
export function sweepTasks(deps: DeskDeps, { everyMs = lookEveryMs }: { everyMs?: number } = {}): Loop {
  const { db, clock, log, leaseMs } = deps;
  let steadySince: number | null = null;
  let enqueuedAt = -Infinity;

  const takeBack = async (teams: readonly string[], now: number): Promise<void> => {
    if (steadySince === null || now - steadySince < leaseMs) return;
    for (const team of teams) {
      const tasks = await takeBackLost(deps, team);
      if (tasks > 0) log.warn({ team, tasks }, 'runners were lost; what they held was taken back');
    }
  };

  const fillQueues = async (teams: readonly string[], now: number, signal: AbortSignal): Promise<void> => {
    if (now - enqueuedAt < enqueueEveryMs) return;
    for (const team of teams) {
      const tasks = await enqueueMissing(deps, team, signal);
      if (tasks > 0) log.info({ team, tasks }, 'tasks that were in no queue were put there');
    }
    enqueuedAt = now;
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    const now = clock.monotonic();
    const teams = await teamsWithOrders(db).catch((error: unknown) => {
      steadySince = null;
      throw error;
    });
    await takeBack(teams, now);
    steadySince ??= now;
    await fillQueues(teams, now, signal);
  };

  const turn = (signal: AbortSignal): Promise<void> => withSweepLock(db, () => look(signal));
  return startLoop({ name: 'tasks', turn, everyMs, maxBackoffMs: everyMs, clock, log });
}
