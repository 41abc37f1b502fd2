import type { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import type { RepoPoolClient } from '@telltale/clients/repo-pool-client';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { secretsOfEnvironment } from '../capture/environment-secrets.ts';
import type { KeeperClient } from '../keeper/client.ts';
import type { RepoPool } from '../repo-pool/repo-pool.ts';
import type { Environment } from '../run/child-environment.ts';
import type { TaskHooks, TaskRun } from '../tasks/task-hooks.ts';
import { keepLeft } from './keep-left.ts';

export type TaskHookDeps = {
  /** null: this runner lends no slots. */
  repositories: {
    /** The pool's client, for what one run asks of it. */
    slotsFor: (run: TaskRun) => Pick<RepoPoolClient, 'allocateSlot' | 'releaseSlot'> & AsyncDisposable;
    /** The pool behind it: it alone reads a slot without trusting what is in it. */
    pool: Pick<RepoPool, 'diff'>;
  } | null;
  keeper: Pick<KeeperClient, 'hello'>;
  /** The artifact store, for what one run leaves. */
  storeFor: (run: TaskRun) => Pick<ArtifactStoreClient, 'upload' | 'uploadText'> & AsyncDisposable;
  api: Pick<TelltaleApi, 'run'>;
  env: Environment;
  waitMs: number;
  clock: Clock;
  log: Log;
};

/** A slot outlives this process, but not for long when nobody comes back for it. */
const leaseSeconds = 600;
const renewMs = 60_000;
const neverMs = 2 ** 31 - 1;
/** A gateway that restarts costs no artifact. */
const keepForMs = 600_000;
/** Sums stand a moment after a run's end; of a fleet that is behind they are not waited for longer. */
const sumsMs = 30_000;

/** What surrounds the run of each task: a slot of its repository, and what it left, kept as artifacts. */
export function createTaskHooks(deps: TaskHookDeps): Required<TaskHooks> & AsyncDisposable {
  const { repositories, keeper, storeFor, api, env, waitMs, clock, log } = deps;
  const redactor = createRedactor({ secrets: secretsOfEnvironment(env) });
  /** Slots by run, for the patch. */
  const slotOf = new Map<string, string>();
  const renewals = new Set<AsyncDisposable>();

  return {
    async openWorkspace(task) {
      const { taskId, runId, repoUrl } = task;
      if (repositories === null) throw new Error('this runner lends no slots of repositories; its log says why');
      const slots = repositories.slotsFor(task);
      // The run lives in the keeper: while that lives, the slot is in use, whoever asked for it.
      const allocate = async (signal: AbortSignal) => {
        const { pid: holderPid } = await keeper.hello();
        const options = { signal, requestId: runId, holderPid, leaseSeconds };
        return slots.allocateSlot(repoUrl, taskId, waitMs / 1_000, options);
      };
      const { slot_id, path, commit } = await allocate(task.signal).catch(async (error: unknown) => {
        await slots[Symbol.asyncDispose]();
        throw error;
      });
      slotOf.set(runId, slot_id);
      const renewing = startLoop({
        name: 'renew slot',
        turn: async (stop) => {
          await clock.sleep(renewMs, stop);
          const again = await allocate(stop);
          if (again.slot_id === slot_id) return 0;
          // It was taken for forgotten; another one is of no use to a run that works in the first.
          await slots.releaseSlot(again.slot_id);
          log.error({ task_id: taskId }, 'the slot of a running task was given back before its end');
          return neverMs;
        },
        everyMs: renewMs,
        clock,
        log,
      });
      renewals.add(renewing);
      return {
        path,
        commit,
        async release() {
          slotOf.delete(runId);
          renewals.delete(renewing);
          await renewing[Symbol.asyncDispose]();
          await slots.releaseSlot(slot_id);
          await slots[Symbol.asyncDispose]();
        },
      };
    },

    async afterRun(task) {
      const { taskId, runId, workspace, stdoutFile, stderrFile, end, capture, signal } = task;
      await using store = storeFor(task);
      const slotId = slotOf.get(runId);
      const diff =
        repositories === null || slotId === undefined
          ? null
          : async (file: string): Promise<void> => {
              if (!(await repositories.pool.diff(slotId, file))) throw new Error('its slot is not there any more');
            };
      const onFailure = (artifact: string, error: unknown): void =>
        log.error({ err: error, task_id: taskId, artifact }, 'an artifact of a task could not be kept');
      await keepLeft(
        { store, api, redactor, keepForMs, sumsMs, onFailure, clock },
        { taskId, runId, capture, commit: workspace.commit, diff, stdoutFile, stderrFile, end, signal },
      );
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...renewals].map((renewing) => renewing[Symbol.asyncDispose]()));
    },
  };
}
