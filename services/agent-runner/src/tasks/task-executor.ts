import { hostname } from 'node:os';
import { TelltaleError } from '@telltale/contracts/errors';
import type { TaskLease } from '@telltale/contracts/http/task-leases';
import { startLoop } from '@telltale/runtime/loop';
import type { TaskSource } from '@telltale/tasks/task-source';
import { announcementOf } from '../crews/crew-profile.ts';
import type { Crews } from '../crews/crew-profile.ts';
import type { KeeperClient } from '../keeper/client.ts';
import type { TaskEnd } from './end-of-run.ts';
import { executeTask, type ExecuteDeps } from './execute-task.ts';
import { letGoOfRun, takenBack } from './let-go.ts';
import { runsNotHeld } from './task-folder.ts';

const announceMs = 5_000;
const renewMs = 1_000;
const sayAgainMs = 1_000;
const mostSeen = 10_000;
/** A keeper that does not answer for so long is not ending together with us, but dead. */
const keeperGoneMs = 15_000;
/** What another try would be answered with too. */
const final: readonly string[] = ['not_found', 'invalid_request', 'payload_too_large'];

export type ExecutorOptions = Omit<ExecuteDeps, 'keeper'> & {
  source: TaskSource;
  keeper: KeeperClient;
  /** Starts a keeper where there is none any more. */
  reopenKeeper: () => Promise<void>;
  /** As they are now. */
  crews: () => Crews;
  /** Stays the same over restarts, so that a runner finds what it holds. */
  runnerId: string;
  /** Between two looks for a task while there is room, in ms. */
  pollMs: number;
};

export type TaskExecutor = AsyncDisposable & {
  /** Tasks that it holds. */
  held(): number;
  /** Tells of them at once; what runs goes on by what it began with. */
  crewsChanged(): void;
};

type Active = { lease: TaskLease; cancelled: AbortController; lost: boolean };

/**
 * Takes tasks while there is room, runs them and says how they end. What a process before it held is gone on with. Disposing
 * it ends no run: the keeper goes on with them, and the next executor of this runner finds them.
 */
export function createTaskExecutor(options: ExecutorOptions): TaskExecutor {
  const { source, keeper, crews, runnerId, pollMs, clock, log, root } = options;
  const stop = new AbortController();
  const active = new Map<string, Active>();
  const running = new Set<Promise<void>>();
  const host = hostname();
  /** Runs that this process has begun to follow: what ends while somebody lists them is not begun again. */
  const seen = new Set<string>();
  let adopted = false;
  let keeperGoneSince: number | null = null;

  const sayEnd = async (active: Active, end: TaskEnd): Promise<void> => {
    const { task_id, run_id } = active.lease;
    for (;;) {
      try {
        const { taken, status } = await source.end(run_id, { runner_id: runnerId, task_id, ...end });
        if (!taken) log.warn({ task_id, run_id }, 'the task was taken back before its run ended');
        log.info({ task_id, run_id, status }, 'the run of a task ended');
        return;
      } catch (error) {
        if (active.lost) return;
        if (error instanceof TelltaleError && final.includes(error.code)) {
          log.error({ err: error, task_id }, 'the end of a task is not taken; it is not told again');
          return;
        }
        log.warn({ err: error, task_id }, 'the end of a task could not be told; it is told again');
        await clock.sleep(sayAgainMs, stop.signal);
      }
    }
  };

  const work = async (one: Active): Promise<void> => {
    const { lease, cancelled } = one;
    try {
      const signals = { stopped: stop.signal, cancelled: cancelled.signal };
      const { end, forget } = await executeTask(options, lease, crews().crews[lease.crew_id], signals);
      await sayEnd(one, end);
      await forget();
    } catch (error) {
      if (!stop.signal.aborted) log.error({ err: error, task_id: lease.task_id }, 'a task could not be followed');
    } finally {
      active.delete(lease.run_id);
      leasing.wake();
    }
  };

  const follow = (work: Promise<void>): void => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
  };

  const begin = (lease: TaskLease): void => {
    if (seen.has(lease.run_id)) return;
    seen.add(lease.run_id);
    for (const runId of seen) if (seen.size > mostSeen) seen.delete(runId);
    const one: Active = { lease, cancelled: new AbortController(), lost: false };
    active.set(lease.run_id, one);
    if (lease.cancel_requested_by !== null) one.cancelled.abort(lease.cancel_requested_by);
    follow(work(one));
  };

  /** Of tasks that were taken back while nobody was here; it takes as long as their ladder. */
  const letGo = (held: ReadonlySet<string>): void => {
    for (const runId of runsNotHeld(root, held)) {
      const going = letGoOfRun({ ...options, crews: crews() }, runId, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) log.warn({ err: error, run_id: runId }, 'a run that was taken back is let go later');
      });
      follow(going);
    }
  };

  /** What this runner holds by the store's word and does not know of: from before, or leased in an answer that was lost. */
  const adopt = async (): Promise<void> => {
    const held = await source.held(runnerId);
    if (!adopted) letGo(new Set(held.map(({ run_id }) => run_id)));
    adopted = true;
    const fresh = held.filter(({ run_id }) => !seen.has(run_id));
    for (const lease of fresh) begin(lease);
    if (fresh.length > 0) log.info({ tasks: fresh.length }, 'goes on with what this runner held before');
  };

  /** How many more runs of each crew there is room for. */
  const roomFor = (): { crew_id: string; free: number }[] => {
    const count = Map.groupBy(active.values(), ({ lease }) => lease.crew_id);
    return Object.entries(crews().crews)
      .map(([crew_id, { concurrency }]) => ({ crew_id, free: concurrency - (count.get(crew_id)?.length ?? 0) }))
      .filter(({ free }) => free > 0);
  };

  const isDraining = async (): Promise<boolean> => {
    try {
      const { draining } = await keeper.hello();
      keeperGoneSince = null;
      return draining;
    } catch (error) {
      keeperGoneSince ??= clock.monotonic();
      if (clock.monotonic() - keeperGoneSince < keeperGoneMs) throw error;
      await options.reopenKeeper();
      return true;
    }
  };

  const lease = async (signal: AbortSignal): Promise<number> => {
    if (!adopted) await adopt();
    const free = Math.min(crews().slots - active.size, 100);
    const room = roomFor();
    if (free <= 0 || room.length === 0) return announceMs;
    // Without a keeper, or with one that is being drained, nothing could be begun.
    if (await isDraining()) return announceMs;
    const leases = await source.lease({ runner_id: runnerId, host, crews: room, free }, signal);
    for (const one of leases) begin(one);
    return leases.length > 0 ? 0 : pollMs;
  };

  const renew = async (): Promise<void> => {
    const held = [...active.values()].map(({ lease }) => ({ task_id: lease.task_id, run_id: lease.run_id }));
    if (held.length === 0) return;
    for (const { run_id, state, actor } of await source.renew(runnerId, held)) {
      const one = active.get(run_id);
      if (one === undefined || state === 'held') continue;
      if (state === 'lost') one.lost = true;
      const who = state === 'lost' ? takenBack : (actor ?? 'somebody');
      one.cancelled.abort(who);
      await keeper.stopRun(run_id, who).catch((error: unknown) => {
        log.debug({ err: error, run_id }, 'a run that is to end could not be asked yet');
      });
    }
  };

  const announce = async (): Promise<void> => {
    const { slots, crews: profiles } = crews();
    const said = Object.entries(profiles).map(([crewId, profile]) => announcementOf(crewId, profile));
    await source.announce({ runner_id: runnerId, host, slots, running: active.size, crews: said });
    await adopt();
  };

  const loop = { clock, log, maxBackoffMs: announceMs };
  const announcing = startLoop({ ...loop, name: 'announce crews', turn: announce, everyMs: announceMs });
  const leasing = startLoop({ ...loop, name: 'take tasks', turn: lease, everyMs: pollMs });
  const renewing = startLoop({ ...loop, name: 'keep tasks', turn: renew, everyMs: renewMs, maxBackoffMs: renewMs });

  return {
    held: () => active.size,
    crewsChanged() {
      announcing.wake();
      leasing.wake();
    },
    async [Symbol.asyncDispose]() {
      // No new ones first; then those that run are left to the keeper.
      await leasing[Symbol.asyncDispose]();
      await announcing[Symbol.asyncDispose]();
      await renewing[Symbol.asyncDispose]();
      stop.abort();
      await Promise.allSettled(running);
    },
  };
}
