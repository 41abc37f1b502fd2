import { once } from 'node:events';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { secretsOfEnvironment } from '../capture/environment-secrets.ts';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import { redactArguments } from '../capture/redact-arguments.ts';
import { openTerms } from '../budgets/open-terms.ts';
import { createGitWatcher } from '../git/git-watcher.ts';
import { createTextJoin } from '../git/text-join.ts';
import { createOutputReader } from '../output/output-reader.ts';
import { holdRun } from '../limits/hold-run.ts';
import { admitRun, memoryFloor } from '../limits/admit-run.ts';
import { withOwnLimits } from '../limits/limits-of-terms.ts';
import { seenLimits } from '../limits/seen-limits.ts';
import { reasonOf } from '../limits/run-limits.ts';
import { noticeVariable } from '../limits/write-notice.ts';
import { openRunTelemetry } from '../telemetry/open-run-telemetry.ts';
import { createSampler } from '../tree/create-sampler.ts';
import { makeRunCgroup } from '../tree/run-cgroup.ts';
import type { Sampler } from '../tree/sampler.ts';
import { childEnvironment } from './child-environment.ts';
import { isPrintedCall } from './call-filter.ts';
import { currentFolder } from './current-folder.ts';
import { endReasonOf, exitCodeOf } from './end-reason.ts';
import { envWords } from './env-words.ts';
import { followStops } from './follow-stops.ts';
import { forwardSignals } from './forward-signals.ts';
import { fileIn, makePrivateFolder } from './private-folder.ts';
import { pumpAll } from './pump-all.ts';
import { createCallers } from '../proxy/callers.ts';
import { openRunCalls } from './run-calls.ts';
import { createRunControl } from './run-control.ts';
import { createRunEnding } from './run-ending.ts';
import { createRunEvents } from './run-events.ts';
import type { RunWatchedOptions } from './run-options.ts';
import { createRunRecords } from './run-records.ts';
import type { RunResult } from './run-result.ts';
import { sampleRecord } from './sample-record.ts';
import type { FailedStart } from './start-child.ts';
import { startingOf } from './starting-of.ts';

const defaultSampleMs = 2_000;
const defaultGraceMs = 5_000;
const defaultHandBackMs = 15_000;
/** With limits on memory, processes or processor time the tree is looked at this often at least. */
const limitLookMs = 200;

/**
 * Runs a program and says what happened: start, process samples, output lines, use of models, git activity, end. The
 * program runs as it does without us: same bytes, streams, signals and exit code; nothing is written in its folder.
 * Resolves when all records were emitted and, unless asked otherwise, no process of it is left.
 */
export async function runWatched(options: RunWatchedOptions): Promise<RunResult> {
  const { env, identity, streams, clock, log } = options;
  const floorOf = memoryFloor(env);
  const cwd = options.cwd ?? currentFolder();
  await using folder = await makePrivateFolder();
  using signals = options.foreground === true ? forwardSignals(streams) : null;
  const modes = typeof options.capture === 'object' ? options.capture : { default: options.capture ?? 'redacted' };
  const redactor = createRedactor({ secrets: secretsOfEnvironment(env) });
  const full = (modes.run_event ?? modes.default) === 'full';
  const shown = full ? { argv: options.argv, count: 0 } : redactArguments(options.argv, redactor);
  const nested = { parent_run_id: env['TELLTALE_RUN_ID'], parent_agent_id: env['TELLTALE_AGENT_ID'] };
  const records = createRunRecords({
    identity: { ...nested, ...identity },
    agentIds: options.agentIds,
    modes,
    redactor,
    clock,
    emit: options.emit,
  });
  const events = createRunEvents({
    argv: shown.argv,
    redactions: shown.count,
    identity,
    attempt: options.attempt,
    sendsTaskStatus: options.sendsTaskStatus ?? true,
    streams,
    emit: records.emit,
  });
  const noticeFile = fileIn(folder.path, 'notice');
  const terms = await openTerms(options);
  const limits = seenLimits(withOwnLimits(terms[0]?.terms.limits ?? {}, options.limits ?? {}), options);
  await using held = await holdRun({ limits, cwd, held: terms, noticeFile, events, clock, log });
  const emit = (record: RecordDraft): void => {
    // What is printed counts when it is printed: as a record it may be held until it is known whether others told of it.
    if (!isPrintedCall(record)) held.saw(record);
    records.emit(record);
  };
  const callers = createCallers({ first: identity.agent_id, others: options.agentIds ?? [] });
  const words = options.plain === true ? null : envWords(options.argv, env, identity);
  await using calls = await openRunCalls({
    wanted: options.proxy ?? 'auto',
    isHeld: held.gateMatters,
    tellsLimits: held.tellsLimits,
    argv: options.argv,
    cwd,
    env: words?.seen ?? env,
    settingsFile: fileIn(folder.path, 'client-settings.json'),
    gate: held.gate,
    holdsCalls: held.holdsCalls,
    callerOf: callers?.agentOf,
    notices: held.notices,
    say: options.say ?? (() => undefined),
    emit,
    clock,
  });
  const telemetry = await openRunTelemetry({
    wanted: options.plain !== true,
    argv: calls.argv,
    asGiven: options.argv,
    cwd,
    env: words?.seen ?? env,
    telltaleUrl: options.telltaleUrl,
    folder: folder.path,
    identity,
    redactor,
    isMetered: calls.metered.length > 0,
    emit: calls.emit,
    clock,
  });
  const added = { ...calls.variables, ...telemetry.variables };
  const argv = words?.withVariables(telemetry.argv, added) ?? telemetry.argv;
  const texts = createTextJoin({ clock, onActivity: (activity) => emit({ kind: 'git_activity', ...activity }) });
  const output = createOutputReader({
    argv,
    agents: [identity.agent_id, ...(options.agentIds ?? [])],
    orchestrator: options.orchestrator ?? false,
    clock,
    emit(record) {
      if (isPrintedCall(record)) held.saw(record);
      telemetry.emit(record);
    },
    onGitText: (activity) => texts.text(activity),
  });
  const git = await createGitWatcher({
    cwd,
    folder: folder.path,
    runId: identity.run_id,
    env,
    clock,
    log,
    onActivity: (activity) => texts.exact(activity),
  });
  const finishRecords = async (): Promise<void> => {
    output.end();
    await telemetry.finish();
    await calls[Symbol.asyncDispose]();
    await git.finish();
    texts.flush();
    await held[Symbol.asyncDispose]();
  };
  const resultOf = (facts: RunFacts): RunResult => ({
    ...facts,
    durationMs: clock.monotonic() - begun.monotonic,
    lines: output.lines(),
    redactions: records.redactions(),
    warnings: events.warnings(),
  });

  await using sampler =
    options.sampler === undefined
      ? createSampler({ clock, log, sampleIntervalMs: options.sampleIntervalMs ?? defaultSampleMs })
      : borrowed(options.sampler);
  using cgroup = makeRunCgroup(identity.run_id);
  held.contain(cgroup);
  const ends = [options.signal, signals?.asked].filter((one) => one !== undefined);
  const refused = await admitRun({
    floorOf,
    say: options.say ?? (() => undefined),
    signal: AbortSignal.any(ends),
    clock,
  });
  const starting = startingOf(refused, signals?.asked);
  const begun = { at: new Date(clock.now()).toISOString(), monotonic: clock.monotonic() };
  const started = await starting({
    argv,
    cwd: options.cwd,
    env: childEnvironment(env, identity, { ...git.environment, ...added, ...noticeVariable(noticeFile) }),
    streams,
    folder: folder.path,
    ...(cgroup === null ? {} : { inside: cgroup.inside }),
  });
  if (!started.ok) {
    await finishRecords();
    const result = resultOf(failedStart(started));
    events.started({ pid: null, at: begun.at, metered: [] });
    events.ended(result, result.exitCode);
    return result;
  }
  const { child, pid, ownSession } = started;
  // First of all: a short program must be seen while it lives.
  const tree = sampler.watch({
    pid,
    runId: identity.run_id,
    ownSession,
    onSample: (sample) => emit(sampleRecord(sample)),
    onLook: held.look,
    longestLookMs: held.looksMatter ? limitLookMs : undefined,
    controlGroup: cgroup ?? undefined,
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  for (const one of [callers, telemetry]) one?.know(() => tree.members().map((member) => member.pid));
  const control = createRunControl({
    tree,
    cgroup,
    events,
    end(actor, graceMs) {
      ending.begin({ reason: 'cancelled', actor: actor.slice(0, 200) });
      if (graceMs !== undefined) ending.hurry(graceMs);
    },
  });
  signals?.to({ pid, ownSession, thaw: control.thaw });
  await using _stops =
    options.foreground === true ? followStops(pid, { streams, isPaused: control.paused, clock, log }) : null;
  events.started({ pid, at: begun.at, metered: calls.metered, limits });
  const ending = createRunEnding({
    tree,
    group: ownSession ? pid : null,
    cgroup,
    graceMs: options.graceMs ?? defaultGraceMs,
    handBackMs: options.handBackMs ?? defaultHandBackMs,
    handBack: held.handBack,
    thaw: control.thaw,
    exited: ended,
    events,
    clock,
  });
  held.begin({
    cgroup,
    end: ({ limit }) => ending.begin({ reason: reasonOf(limit), limit }),
    isBusy: () => calls.open() > 0 || control.paused(),
  });
  const pumps = pumpAll({
    started,
    streams,
    output,
    clock,
    room: options.room,
    onBytes: (bytes) => held.output(bytes),
  });
  options.onRunning?.(control, pid);
  const stop = (): void => ending.begin({ reason: 'cancelled', actor: actorOf(options.signal) });
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener('abort', stop, { once: true });

  const [code, signal] = await ended;
  await ending.settled();
  options.signal?.removeEventListener('abort', stop);
  await Promise.all(pumps.map((pump) => pump.finish()));
  const left = tree.members();
  if (left.length > 0 && options.keepOrphans !== true) await ending.orphans();
  const outOfMemoryKills = cgroup?.outOfMemoryKills() ?? 0;
  const outOfMemory = outOfMemoryKills > 0;
  // The kernel may be faster than our own look at the limit that it was told of.
  const byLimit = outOfMemory && signal === 'SIGKILL' && limits.memory !== undefined;
  const asked = ending.cause()?.reason ?? (byLimit ? 'memory' : null);
  const survivors = tree.finish(asked === 'memory' ? { peakBytes: limits.memory ?? 0 } : {});
  await finishRecords();
  const endReason = endReasonOf({ code, signal, asked, outOfMemory });
  const outputError = pumps.map((pump) => pump.failure()).find((text) => text !== null) ?? null;
  const result = resultOf({
    exitCode: exitCodeOf({ code, signal, endReason, asked, outputError }),
    signal,
    endReason,
    pid,
    startError: null,
    outputError,
    outputBytes: pumps.reduce((sum, pump) => sum + pump.bytes(), 0),
    leftRunning: left.length,
    survivors: survivors.length,
    orphans: options.keepOrphans === true ? survivors.map((left) => left.pid) : [],
  });
  events.ended(result, code, outOfMemoryKills);
  return result;
}

/** Somebody else's sampler: it goes on when this run is over. */
const borrowed = ({ watch }: Sampler): Sampler => ({ watch, [Symbol.asyncDispose]: async () => undefined });

type RunFacts = Omit<RunResult, 'durationMs' | 'lines' | 'redactions' | 'warnings'>;

const failedStart = ({ exitCode, message }: FailedStart): RunFacts => ({
  exitCode,
  signal: null,
  endReason: 'failed',
  pid: null,
  startError: message,
  outputError: null,
  outputBytes: 0,
  leftRunning: 0,
  survivors: 0,
  orphans: [],
});

function actorOf(signal: AbortSignal | undefined): string | undefined {
  const reason: unknown = signal?.reason;
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : undefined;
}
