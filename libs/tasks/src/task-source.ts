import type { RunnerAnnouncement } from '@telltale/contracts/http/crews';
import type { LeaseEnd, LeaseEnded, LeaseState, LeaseWish, TaskLease } from '@telltale/contracts/http/task-leases';

export type HeldLease = { task_id: string; run_id: string };

/**
 * Where a runner gets tasks from and says how they end: straight from store and queue where it stands beside them, else
 * through the gateway. Every call may fail while those are away, and is then made again.
 */
export type TaskSource = {
  /** The runner lives, and has these crews. */
  announce(said: RunnerAnnouncement): Promise<void>;
  /** At most `wish.free` tasks, each the runner's own from now on. May wait for one. */
  lease(wish: LeaseWish, signal: AbortSignal): Promise<TaskLease[]>;
  /** What this runner holds, for one that comes back. */
  held(runnerId: string): Promise<TaskLease[]>;
  /** Keeps leases, and hears which are lost or to be ended. */
  renew(runnerId: string, leases: readonly HeldLease[]): Promise<LeaseState[]>;
  /** How a run ended. Said twice it counts once. */
  end(runId: string, end: LeaseEnd): Promise<LeaseEnded>;
};
