import { once } from 'node:events';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CaptureMode, CaptureModes } from '../capture/capture-draft.ts';
import { secretsOfEnvironment } from '../capture/environment-secrets.ts';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import { redactArguments } from '../capture/redact-arguments.ts';
import { createGitWatcher } from '../git/git-watcher.ts';
import { createTextJoin } from '../git/text-join.ts';
import { createOutputReader, type OutputStream } from '../output/output-reader.ts';
import { createSampler } from '../tree/create-sampler.ts';
import type { Sampler } from '../tree/sampler.ts';
import { childEnvironment, type Environment } from './child-environment.ts';
import { endReasonOf, shellExitCode } from './end-reason.ts';
import { followStops } from './follow-stops.ts';
import { forwardSignals } from './forward-signals.ts';
import { makePrivateFolder } from './private-folder.ts';
import { pumpOutput, type Pump } from './pump-output.ts';
import { openRunCalls } from './run-calls.ts';
import { createRunEvents } from './run-events.ts';
import { createRunRecords, type RunIdentity } from './run-records.ts';
import type { RunResult } from './run-result.ts';
import { sampleRecord } from './sample-record.ts';
import { startChild, type FailedStart, type StartedChild } from './start-child.ts';
import { stopTree } from './stop-tree.ts';
import type { RunStreams } from './streams.ts';

export type RunWatchedOptions = {
  /** Program and arguments; never a shell string. */
  argv: readonly string[];
  /** Default: the folder of this process. */
  cwd?: string;
  /** The person's environment, from `@telltale/runtime/config`. */
  env: Environment;
  /** `run_id` is made by the caller; a `host` that is not given is this machine's name. */
  identity: RunIdentity;
  /** Which try of its task this is, from 1. */
  attempt?: number;
  streams: RunStreams;
  /** Gets every record, in order, without `v` and `id`; must not throw and must not wait. */
  emit: (record: RecordDraft) => void;
  /**
   * Waited for between two pieces of output: a recorder whose disk is slower than the program slows the program down
   * (as a slow reader does) instead of losing lines.
   */
  room?: () => Promise<void>;
  clock: Clock;
  log: Log;
  /** One for all runs of a process; without it the run makes its own. */
  sampler?: Sampler;
  /** Of the run's own sampler; default 2000. */
  sampleIntervalMs?: number;
  /** Default `redacted`. */
  capture?: CaptureMode | CaptureModes;
  /** Its plain lines are those of an orchestrator. */
  orchestrator?: boolean;
  /** Whether calls to models go through a metering proxy; default `auto`: where the program does not tell of them. */
  proxy?: 'on' | 'off' | 'auto';
  /** Gets a line for the person before the program starts. */
  say?: (line: string) => void;
  /** This process stands for the program: signals are passed on. For one run in the foreground. */
  foreground?: boolean;
  /** Stops the run: SIGTERM to the whole tree, SIGKILL after `graceMs` (default 5000). Its reason may name who asked. */
  signal?: AbortSignal;
  graceMs?: number;
};

const defaultSampleMs = 2_000;
const defaultGraceMs = 5_000;

/**
 * Runs a program and says what happened: start, process samples, output lines, use of models, git activity, end. The
 * program runs as it does without us: same bytes, streams, signals and exit code; nothing is written in its folder.
 * Resolves when all records were emitted.
 */
export async function runWatched(options: RunWatchedOptions): Promise<RunResult> {
  const { env, identity, streams, clock, log } = options;
  const cwd = options.cwd ?? currentFolder();
  const startedMono = clock.monotonic();
  await using folder = await makePrivateFolder();
  using signals = options.foreground === true ? forwardSignals({ terminal: streams.terminal }) : null;
  const modes = typeof options.capture === 'object' ? options.capture : { default: options.capture ?? 'redacted' };
  const redactor = createRedactor({ secrets: secretsOfEnvironment(env) });
  const full = (modes.run_event ?? modes.default) === 'full';
  const shown = full ? { argv: options.argv, count: 0 } : redactArguments(options.argv, redactor);
  const nested = { parent_run_id: env['TELLTALE_RUN_ID'], parent_agent_id: env['TELLTALE_AGENT_ID'] };
  const records = createRunRecords({
    identity: { ...nested, ...identity },
    modes,
    redactor,
    clock,
    emit: options.emit,
  });
  const { emit } = records;
  await using calls = await openRunCalls({
    wanted: options.proxy ?? 'auto',
    argv: options.argv,
    cwd,
    env,
    say: options.say ?? (() => undefined),
    emit,
    clock,
  });
  const { argv } = calls;
  const events = createRunEvents({
    argv: shown.argv,
    redactions: shown.count,
    identity,
    attempt: options.attempt,
    streams,
    metered: calls.metered,
    emit,
  });
  const join = createTextJoin({ clock, onActivity: (activity) => emit({ kind: 'git_activity', ...activity }) });
  const onGitText = (activity: Parameters<typeof join.text>[0]) => join.text(activity);
  const output = createOutputReader({
    argv,
    orchestrator: options.orchestrator ?? false,
    clock,
    emit: calls.emit,
    onGitText,
  });
  const git = await createGitWatcher({
    cwd,
    folder: folder.path,
    runId: identity.run_id,
    env,
    clock,
    log,
    onActivity: (activity) => join.exact(activity),
  });

  const finishRecords = async (): Promise<void> => {
    output.end();
    await calls[Symbol.asyncDispose]();
    await git.finish();
    join.flush();
  };

  await using ownSampler =
    options.sampler === undefined
      ? createSampler({ clock, log, sampleIntervalMs: options.sampleIntervalMs ?? defaultSampleMs })
      : null;
  const sampler = options.sampler ?? ownSampler;
  const childEnv = childEnvironment(env, identity, { ...git.environment, ...calls.variables });
  const started = await startChild({ argv, cwd: options.cwd, env: childEnv, streams, folder: folder.path });
  if (!started.ok) {
    await finishRecords();
    return failedStart(started);
  }
  const { child, pid, ownSession } = started;
  // First of all: a short program must be seen while it lives.
  const tree = sampler?.watch({
    pid,
    runId: identity.run_id,
    ownSession,
    onSample: (sample) => emit(sampleRecord(sample)),
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  signals?.to({ pid, ownSession });
  using _stops = options.foreground === true && streams.terminal ? followStops(pid) : null;
  events.started(pid);

  const pumps = pumpsOf(started);
  let stopping: Promise<boolean> | undefined;
  const stop = (): void => {
    if (tree === undefined) return;
    const onStep = (step: 'term' | 'kill', processes: number) => events.step(step, processes, actorOf(options.signal));
    stopping ??= stopTree({
      tree,
      group: ownSession ? pid : null,
      graceMs: options.graceMs ?? defaultGraceMs,
      clock,
      onStep,
    });
  };
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener('abort', stop, { once: true });

  const [code, signal] = await ended;
  await stopping;
  options.signal?.removeEventListener('abort', stop);
  await Promise.all(pumps.map((pump) => pump.finish()));
  const left = tree?.finish() ?? [];
  await finishRecords();

  const outputError = pumps.map((pump) => pump.failure()).find((text) => text !== null) ?? null;
  const ownCode = shellExitCode(code, signal);
  const result: RunResult = {
    exitCode: ownCode === 0 && outputError !== null ? 125 : ownCode,
    signal,
    endReason: endReasonOf({ code, signal, asked: stopping !== undefined }),
    pid,
    startError: null,
    outputError,
    durationMs: clock.monotonic() - startedMono,
    lines: output.lines(),
    outputBytes: pumps.reduce((sum, pump) => sum + pump.bytes(), 0),
    leftRunning: left.length,
    redactions: records.redactions(),
  };
  events.ended(result, code);
  return result;

  function pumpsOf({ stdout, stderr }: StartedChild): Pump[] {
    const pump = (name: OutputStream, source: typeof stdout): Pump[] => {
      const plan = streams[name];
      if (source === null || plan === 'inherit') return [];
      return [pumpOutput({ name, source, sink: plan, splitter: output.splitterFor(name), clock, room: options.room })];
    };
    return [...pump('stdout', stdout), ...pump('stderr', stderr)];
  }

  function failedStart({ exitCode, message }: FailedStart): RunResult {
    const result: RunResult = {
      exitCode,
      signal: null,
      endReason: 'failed',
      pid: null,
      startError: message,
      outputError: null,
      durationMs: clock.monotonic() - startedMono,
      lines: 0,
      outputBytes: 0,
      leftRunning: 0,
      redactions: records.redactions(),
    };
    events.started(null);
    events.ended(result, exitCode);
    return result;
  }
}

/** The folder of this process; one that was removed under it has no name, and git is then only seen by its reports. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function actorOf(signal: AbortSignal | undefined): string | undefined {
  const reason: unknown = signal?.reason;
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : undefined;
}
