import { hostname } from 'node:os';
import { TelltaleError } from '@telltale/contracts/errors';
import type { TaskLease } from '@telltale/contracts/http/task-leases';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { createTaskApi } from '@telltale/sdk/rest/task-api';
import type { RunResult } from '../run/run-result.ts';
import { taskEndOf } from '../tasks/end-of-run.ts';

const renewMs = 2_000;

type Api = Pick<ReturnType<typeof createTaskApi>, 'claimTask' | 'renewLeases' | 'endLease'>;

/** A task that waited and is a run's own from now on, as if a runner had leased it. */
export type HeldTask = AsyncDisposable & {
  lease: TaskLease;
  /** Tells how its run ended. Rejects when nobody hears it: the lease then runs out. */
  end(result: RunResult): Promise<void>;
};

/** Who has the lease of a task that a run took for itself. */
export const heldBy = (runId: string): string => `run ${runId}`;

/** Whether another run has the task, or nothing may follow its end: then no run of it may begin. */
const isRefusedTask = (error: unknown): error is TelltaleError =>
  error instanceof TelltaleError && error.code === 'conflict';

/**
 * Takes a task for one run and keeps it until disposed. Null where no such task was made here, or nobody can be asked.
 * Rejects with a conflict when another has it. `stop` is called when somebody cancels the task, or another has it by then.
 */
export async function holdTask({
  api,
  taskId,
  runId,
  stop,
  clock,
  log,
}: {
  api: Api;
  taskId: string;
  runId: string;
  stop: (actor: string) => void;
  clock: Clock;
  log: Log;
}): Promise<HeldTask | null> {
  const runnerId = heldBy(runId);
  const claim = () => api.claimTask(taskId, { run_id: runId, runner_id: runnerId, host: hostname() });
  const lease = await claim().catch((error: unknown) => {
    if (isRefusedTask(error)) throw error;
    return null;
  });
  if (lease === null) return null;
  const held = { task_id: lease.task_id, run_id: lease.run_id };

  const renew = async (): Promise<void> => {
    const { leases } = await api.renewLeases({ runner_id: runnerId, leases: [held] });
    const [now] = leases;
    if (now?.state === 'cancel') return stop(now.actor ?? 'somebody');
    if (now?.state !== 'lost') return;
    // It was cut off for longer than a lease. Nobody else may have begun: then it goes on.
    await claim().catch((error: unknown) => {
      if (!isRefusedTask(error)) throw error;
      stop(`the task was taken back: ${error.message}`);
    });
  };
  const renewing = startLoop({
    name: 'keep the task',
    turn: renew,
    everyMs: renewMs,
    maxBackoffMs: renewMs,
    clock,
    log,
  });

  return {
    lease,
    async end({ endReason, exitCode, signal, startError }) {
      await renewing[Symbol.asyncDispose]();
      const end = taskEndOf({ end_reason: endReason, exit_code: exitCode, signal, start_error: startError });
      const { taken, status } = await api.endLease(runId, { runner_id: runnerId, task_id: taskId, ...end });
      if (!taken) throw new Error(`it is ${status}: the task was taken back before its run ended`);
    },
    [Symbol.asyncDispose]: () => renewing[Symbol.asyncDispose](),
  };
}
