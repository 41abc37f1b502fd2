import type { TaskLease } from '@telltale/contracts/http/task-leases';
import { judgeInputs } from '@telltale/contracts/judge-inputs';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { TemplateError } from '../crews/command-template.ts';
import type { CrewProfile } from '../crews/crew-profile.ts';
import type { KeeperClient } from '../keeper/client.ts';
import { KeeperError } from '../keeper/keeper-error.ts';
import type { RunEnd } from '../keeper/protocol.ts';
import type { Environment } from '../run/child-environment.ts';
import { endLeftProcesses } from './end-left-processes.ts';
import { taskEndOf, type TaskEnd } from './end-of-run.ts';
import { runSpecOf } from './run-spec.ts';
import { openTaskFolder, profileOfRun, type TaskFolder } from './task-folder.ts';
import type { TaskHooks, TaskWorkspace } from './task-hooks.ts';

export type ExecuteDeps = {
  keeper: Pick<KeeperClient, 'hello' | 'startRun' | 'waitRun' | 'forgetRun' | 'listRuns'>;
  hooks: TaskHooks;
  env: Environment;
  /** Holds a private folder for each run. */
  root: string;
  clock: Clock;
  log: Log;
};

/** An end, and how to forget the run once it was told: before that, a process after this one has to find it. */
export type ExecutedTask = { end: TaskEnd; forget: () => Promise<void> };

const askAgainMs = 500;
const longestMessage = 2_000;

const failed = (message: string): TaskEnd => ({
  end_reason: 'failed',
  error_message: message.slice(0, longestMessage).toWellFormed(),
});
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the program may read of its task. */
const factsOf = (lease: TaskLease) => ({
  task_id: lease.task_id,
  run_id: lease.run_id,
  attempt: lease.attempt,
  crew_id: lease.crew_id,
  agent_id: lease.agent_id,
  session_id: lease.session_id,
  repo_url: lease.repo_url,
  inputs: lease.inputs,
});

/**
 * Runs the attempt of a lease in the keeper and resolves to its end. A run that was begun by a process before this one is
 * not begun again: it is waited for, or lost when the keeper does not know it. Rejects only when `stopped` aborts; the run
 * then goes on. `cancelled` keeps what has not begun from beginning.
 */
export async function executeTask(
  deps: ExecuteDeps,
  lease: TaskLease,
  crew: CrewProfile | undefined,
  { stopped, cancelled }: { stopped: AbortSignal; cancelled: AbortSignal },
): Promise<ExecutedTask> {
  const { keeper, hooks, env, root, clock, log } = deps;
  const runId = lease.run_id;
  const unbegun = (end: TaskEnd): ExecutedTask => ({ end, forget: async () => undefined });
  const profile = profileOfRun(root, runId) ?? crew;
  if (profile === undefined) return unbegun(failed(`this runner has no crew ${lease.crew_id} any more`));
  const [problem] = judgeInputs(profile.inputs, lease.inputs);
  if (problem !== undefined) return unbegun(failed(`input ${problem.name}: ${problem.detail}`));
  const folder = openTaskFolder(root, runId, factsOf(lease));

  /** Asks the keeper until it answers: its absence ends no task, and it may be starting. */
  const persist = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        stopped.throwIfAborted();
        if (!(error instanceof KeeperError) || error.code !== 'unreachable') throw error;
        await clock.sleep(askAgainMs, stopped);
      }
    }
  };

  /**
   * False when the keeper that was asked died meanwhile: it may have begun the run, so that no other is asked. The same
   * keeper may be asked again; it begins a run once.
   */
  const begin = async (workspace: TaskWorkspace): Promise<boolean> => {
    const spec = runSpecOf({ lease, profile, folder, cwd: workspace.path, env });
    const { pid } = await persist(() => keeper.hello());
    folder.markBegun(profile);
    for (;;) {
      try {
        await keeper.startRun(spec);
        return true;
      } catch (error) {
        if (!(error instanceof KeeperError) || error.code !== 'unreachable') throw error;
        if ((await persist(() => keeper.hello())).pid !== pid) return false;
      }
    }
  };

  const run = async (workspace: TaskWorkspace): Promise<TaskEnd> => {
    if (folder.begun()) {
      const known = (await persist(() => keeper.listRuns())).some(({ run_id }) => run_id === runId);
      if (!known) return lost();
    } else {
      if (cancelled.aborted) return { end_reason: 'cancelled' };
      if (!(await begin(workspace))) return lost();
    }
    const end = await persist(() => keeper.waitRun(runId, stopped));
    await tellHooks(workspace, end);
    // A keeper tells so of the runs of the one before it.
    return end.end_reason === 'lost' ? lost() : taskEndOf(end);
  };

  const lost = async (): Promise<TaskEnd> => {
    if (!(await endLeftProcesses(runId, clock))) log.error({ run_id: runId }, 'processes of a lost run are left');
    return { end_reason: 'lost', error_message: 'runner lost' };
  };

  const tellHooks = async (workspace: TaskWorkspace, end: RunEnd): Promise<void> => {
    const { task_id: taskId, agent_id: agentId, crew_id: crewId, session_id: sessionId } = lease;
    const { stdoutFile, stderrFile } = folder;
    const { capture } = profile;
    const about = {
      taskId,
      runId,
      agentId,
      crewId,
      sessionId,
      workspace,
      stdoutFile,
      stderrFile,
      capture,
      end,
      signal: stopped,
    };
    await hooks.afterRun?.(about).catch((error: unknown) => {
      stopped.throwIfAborted();
      log.error({ err: error, task_id: taskId }, 'what a task left could not be kept');
    });
  };

  const attempt = async (): Promise<TaskEnd> => {
    try {
      return await inWorkspace({ hooks, lease, profile, folder, stopped, cancelled, log }, run);
    } catch (error) {
      stopped.throwIfAborted();
      if (error instanceof KeeperError && error.code === 'no_such_run') return lost();
      if (cancelled.aborted) return { end_reason: 'cancelled' };
      if (error instanceof KeeperError && error.code === 'closing') return { end_reason: 'lost', given_back: true };
      if (!(error instanceof TemplateError))
        log.warn({ err: error, task_id: lease.task_id }, 'a task could not be run');
      return failed(messageOf(error));
    }
  };

  return {
    end: await attempt(),
    async forget() {
      folder.remove();
      // A keeper that does not know the run has forgotten it already.
      await keeper.forgetRun(runId).catch(() => undefined);
    },
  };
}

/** Gives the run a place to work in, and gives that place back after it. */
async function inWorkspace(
  options: {
    hooks: TaskHooks;
    lease: TaskLease;
    profile: CrewProfile;
    folder: TaskFolder;
    stopped: AbortSignal;
    cancelled: AbortSignal;
    log: Log;
  },
  work: (workspace: TaskWorkspace) => Promise<TaskEnd>,
): Promise<TaskEnd> {
  const { hooks, lease, profile, folder, stopped, cancelled, log } = options;
  if (profile.workspace === 'empty') return work({ path: folder.workFolder, commit: null });
  if (profile.workspace !== 'repository') return work({ path: profile.workspace, commit: null });
  if (hooks.openWorkspace === undefined) return failed('this runner has no repository pool');
  if (lease.repo_url === null) return failed('repo_url: the crew works in a repository, and the task names none');
  const { task_id: taskId, run_id: runId, repo_url: repoUrl } = lease;
  const { agent_id: agentId, crew_id: crewId, session_id: sessionId } = lease;
  const signal = AbortSignal.any([stopped, cancelled]);
  const opened = await hooks.openWorkspace({ taskId, runId, agentId, crewId, sessionId, repoUrl, signal });
  try {
    return await work(opened);
  } finally {
    // When this process stops the run goes on in it, and the next process asks for it again.
    if (!stopped.aborted) {
      await opened.release().catch((error: unknown) => {
        log.error({ err: error, task_id: taskId }, 'the workspace of a task could not be given back');
      });
    }
  }
}
