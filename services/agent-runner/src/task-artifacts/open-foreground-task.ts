import { join } from 'node:path';
import { known } from '@telltale/answers/json-fields';
import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import type { RecordSink } from '@telltale/sdk/recorder/recorder';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { secretsOfEnvironment } from '../capture/environment-secrets.ts';
import type { Environment } from '../run/child-environment.ts';
import { makePrivateFolder } from '../run/private-folder.ts';
import type { RunIdentity } from '../run/run-records.ts';
import type { RunResult } from '../run/run-result.ts';
import type { RunStreams } from '../run/streams.ts';
import type { RunLimits } from '../limits/run-limits.ts';
import { runLimitsOf } from '../tasks/limits-of-task.ts';
import { holdTask } from './hold-task.ts';
import { keepLeft } from './keep-left.ts';
import { logOutput, type LoggedOutput } from './log-output.ts';
import { watchChanges } from './watch-changes.ts';

/** Nobody waits longer for a gateway before the command starts. */
const askMs = 2_000;
const keepForMs = 20_000;
const sumsMs = 10_000;

export type ForegroundTask = AsyncDisposable & {
  /** Which try of the task this is; undefined where nobody could be asked. */
  attempt: number | undefined;
  /** False when a runner has the task, or the run holds it like one: its status is then told by its lease. */
  sendsTaskStatus: boolean;
  /** By whom the end of the task is told; null: by the runner that has it. */
  toldBy: 'run' | 'lease' | null;
  /** What the run may use: its own limits go before the task's, one by one. */
  limited(own: RunLimits): RunLimits;
  /** Writes what is printed down too. */
  logged(streams: RunStreams): RunStreams;
  /** Keeps what the run left as artifacts of its task; what could not be kept, in words. Never throws. */
  keep(result: RunResult, signal: AbortSignal): Promise<string[]>;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nextAttempt = ({ attempt, ended_at }: { attempt: number; ended_at: string | null }): number =>
  attempt + (ended_at === null ? 0 : 1);

/** A folder that was removed under this process has no name, and no repository. */
const watchHere = async (options: Omit<Parameters<typeof watchChanges>[0], 'cwd'>) =>
  watchChanges({ ...options, cwd: process.cwd() });

/**
 * The task of a command: one that waits here is taken, so that no runner takes it too; of one that somebody else schedules
 * it is said which attempt this is. And its diff, log and usage report. Rejects with a conflict when another run has it.
 */
export async function openForegroundTask(options: {
  url: string;
  key: string;
  team: string | undefined;
  identity: RunIdentity & { task_id: string };
  capture: 'metadata' | 'redacted' | 'full';
  env: Environment;
  /** Hears of what is asked of the artifact store, as calls of the run. */
  sink: RecordSink;
  /** Ends the run: somebody cancels the task, or another has it by now. */
  stop: (actor: string) => void;
  clock: Clock;
  log: Log;
}): Promise<ForegroundTask> {
  const { url, key, team, identity, capture, env, sink, stop, clock, log } = options;
  const { task_id: taskId, run_id: runId, agent_id, session_id } = identity;
  const owner = { task_id: taskId, run_id: runId, agent_id, ...(session_id === undefined ? {} : { session_id }) };
  const asked = { url, key, ...(team === undefined ? {} : { team }) };
  const stack = new AsyncDisposableStack();
  const taskApi = createTaskApi(createRestClient({ ...asked, timeoutMs: askMs }));
  // Within the run of a runner that has this very task there is nothing to take.
  const isInside = env['TELLTALE_TASK_ID'] === taskId && env['TELLTALE_RUN_ID'] !== undefined;
  const held = isInside ? null : await holdTask({ api: taskApi, taskId, runId, stop, clock, log });
  if (held !== null) stack.use(held);
  const { path: folder } = stack.use(await makePrivateFolder());
  const unkept: string[] = [];
  const asking = held === null ? taskApi.taskState(taskId).catch(() => null) : null;
  const watching =
    folder === null || capture === 'metadata'
      ? null
      : watchHere({ folder, env, signal: new AbortController().signal }).catch((error: unknown) => {
          unkept.push(`diff (${messageOf(error)})`);
          return null;
        });
  const [state, changes] = await Promise.all([asking, watching]);
  const files = { stdoutFile: join(folder ?? '', 'stdout.log'), stderrFile: join(folder ?? '', 'stderr.log') };

  const outputs: [name: string, output: LoggedOutput][] = [];
  const logTo = (name: 'stdout' | 'stderr', plan: RunStreams['stdout']): RunStreams['stdout'] => {
    if (folder === null || capture === 'metadata') return plan;
    const output = stack.use(logOutput(plan, files[`${name}File`], clock));
    outputs.push([name, output]);
    return output.plan;
  };

  const keepAll = async (result: RunResult, signal: AbortSignal): Promise<string[]> => {
    if (folder === null) return ['anything (there is no folder for temporary files)'];
    const tracker = new ServiceCallTracker({ sink, clock });
    const place = { baseUrl: url, apiKey: key, team, identity: owner, tracker };
    await using store = new ArtifactStoreClient({ ...place, timeoutSeconds: 30, clock });
    const { ok, detail = 'it does not answer' } = await store.healthCheck();
    if (!ok) return [`anything (the artifact store: ${detail})`];
    const ended = clock.now();
    const end = {
      end_reason: result.endReason,
      exit_code: result.exitCode,
      started_at: new Date(ended - result.durationMs).toISOString(),
      ended_at: new Date(ended).toISOString(),
      duration_ms: result.durationMs,
      lines: result.lines,
      output_bytes: result.outputBytes,
    };
    const onFailure = (what: string, error: unknown): void => void unkept.push(`${what} (${messageOf(error)})`);
    const api = createTelltaleApi(createRestClient({ ...asked, signal }));
    const redactor = createRedactor({ secrets: secretsOfEnvironment(env) });
    const diff = changes === null ? null : changes.diff;
    await keepLeft(
      { store, api, redactor, keepForMs, sumsMs, onFailure, clock },
      { taskId, runId, capture, commit: changes?.commit ?? null, diff, ...files, end, signal },
    ).catch((error: unknown) => onFailure('the rest', error));
    const cut = outputs.flatMap(([name, { failure }]) => {
      const why = failure();
      return why === null ? [] : [`log ${name} (${messageOf(why)})`];
    });
    return [...unkept, ...cut];
  };

  const sendsTaskStatus = held === null && (state === null || state.runner_id === null || state.ended_at !== null);

  return {
    attempt: held === null ? (state === null ? undefined : nextAttempt(state)) : held.lease.attempt,
    sendsTaskStatus,
    toldBy: held !== null ? 'lease' : sendsTaskStatus ? 'run' : null,
    limited: (own) => (held === null ? own : { ...runLimitsOf(held.lease.limits), ...known(own) }),
    logged: (streams) => ({
      ...streams,
      stdout: logTo('stdout', streams.stdout),
      stderr: logTo('stderr', streams.stderr),
    }),
    async keep(result, signal) {
      const left = await keepAll(result, signal);
      await held?.end(result).catch((error: unknown) => left.push(`its end (${messageOf(error)})`));
      return left;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
