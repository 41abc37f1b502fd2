import type { ForegroundTask } from '@telltale/agent-runner/task-artifacts/open-foreground-task';
import { systemClock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Identity } from '@telltale/sdk/recorder/draft';
import type { RecordSink } from '@telltale/sdk/recorder/recorder';
import type { Context } from '../context.ts';
import type { Target } from '../instance/find-instance.ts';
import type { readRunSettings } from './settings.ts';

/** What makes a task of a run that has one; null for any other. */
export async function openTask({
  target,
  settings,
  identity,
  env,
  sink,
  stop,
  log,
}: {
  target: Target;
  settings: Pick<ReturnType<typeof readRunSettings>, 'team' | 'capture'>;
  identity: Identity & { run_id: string };
  env: Context['env'];
  sink: RecordSink;
  /** Ends the run. */
  stop: (actor: string) => void;
  log: Log;
}): Promise<ForegroundTask | null> {
  const { task_id } = identity;
  if (task_id === undefined) return null;
  // Only a run with a task pays for loading it.
  const { openForegroundTask } = await import('@telltale/agent-runner/task-artifacts/open-foreground-task');
  const { url, apiKey: key } = target;
  const { team, capture } = settings;
  const whose = { ...identity, task_id };
  return openForegroundTask({ url, key, team, identity: whose, capture, env, sink, stop, clock: systemClock, log });
}

/** Ctrl-C gives up what is done after the command's end, and still leaves the command's own exit code. */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const stop = (): void => end.abort(new Error('it was stopped'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(end.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
