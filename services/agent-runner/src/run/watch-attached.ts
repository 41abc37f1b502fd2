import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CaptureMode } from '../capture/capture-draft.ts';
import { secretsOfEnvironment } from '../capture/environment-secrets.ts';
import { redactArguments } from '../capture/redact-arguments.ts';
import { createGitWatcher } from '../git/git-watcher.ts';
import { holdRun } from '../limits/hold-run.ts';
import { reasonOf, type RunLimits } from '../limits/run-limits.ts';
import type { Sampler } from '../tree/sampler.ts';
import { isSameProcess, type AttachTarget } from './attach-target.ts';
import { createRunControl, type RunControl } from './run-control.ts';
import { createRunEnding } from './run-ending.ts';
import { createRunEvents, type AttachedEnd } from './run-events.ts';
import { createRunRecords, type RunIdentity } from './run-records.ts';
import { sampleRecord } from './sample-record.ts';

const lookMs = 100;
const limitLookMs = 200;
const defaultGraceMs = 5_000;
const defaultHandBackMs = 15_000;

/**
 * Watches a process that somebody else started: its tree, git in its folder, its end. Its output and its exit code cannot
 * be had. Nothing acts on it unless `enforce`: then limits end it, and it can be stopped and paused. Aborting `detached`
 * ends the watching and nothing else.
 */
export async function watchAttached({
  target,
  identity,
  limits,
  enforce,
  graceMs = defaultGraceMs,
  capture = 'redacted',
  sampler,
  emit,
  onRunning,
  detached,
  clock,
  log,
}: {
  target: AttachTarget;
  identity: RunIdentity;
  limits: RunLimits;
  enforce: boolean;
  graceMs?: number | undefined;
  capture?: CaptureMode | undefined;
  sampler: Sampler;
  emit: (record: RecordDraft) => void;
  onRunning: (control: RunControl) => void;
  detached: AbortSignal;
  clock: Clock;
  log: Log;
}): Promise<AttachedEnd> {
  const { pid, env } = target;
  const startedMono = clock.monotonic();
  const redactor = createRedactor({ secrets: secretsOfEnvironment(env) });
  const shown = capture === 'full' ? { argv: target.argv, count: 0 } : redactArguments(target.argv, redactor);
  const records = createRunRecords({ identity, modes: { default: capture }, redactor, clock, emit });
  const events = createRunEvents({
    argv: shown.argv,
    redactions: shown.count,
    identity,
    attempt: undefined,
    sendsTaskStatus: false,
    streams: { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit', terminal: false },
    emit: records.emit,
  });
  events.attached(pid, enforce);
  await using held = await holdRun({ limits, events, clock, log });
  const tell = (record: RecordDraft): void => {
    held.saw(record);
    records.emit(record);
  };
  const git =
    target.cwd === null
      ? null
      : await createGitWatcher({
          cwd: target.cwd,
          folder: null,
          runId: identity.run_id,
          env,
          clock,
          log,
          onActivity: (activity) => tell({ kind: 'git_activity', ...activity }),
        });
  const tree = sampler.watch({
    pid,
    runId: identity.run_id,
    ownSession: false,
    ranBefore: true,
    onSample: (sample) => tell(sampleRecord(sample)),
    onLook: held.look,
    longestLookMs: held.looksMatter ? limitLookMs : undefined,
  });
  const gone = new AbortController();
  const ending = createRunEnding({
    tree,
    group: null,
    cgroup: null,
    graceMs,
    handBackMs: defaultHandBackMs,
    handBack: held.handBack,
    thaw: () => control.thaw(),
    exited: new Promise((resolve) => gone.signal.addEventListener('abort', resolve, { once: true })),
    events,
    clock,
  });
  const control = createRunControl({
    tree,
    cgroup: null,
    events,
    end(actor, grace) {
      ending.begin({ reason: 'cancelled', actor: actor.slice(0, 200) });
      if (grace !== undefined) ending.hurry(grace);
    },
  });
  held.begin({
    cgroup: null,
    end({ limit }) {
      if (enforce) ending.begin({ reason: reasonOf(limit), limit });
    },
    isBusy: control.paused,
  });
  const onlyWatched = (): string => 'only watched: attach with --enforce to act on it';
  onRunning(enforce ? control : { stop: onlyWatched, pause: onlyWatched, resume: onlyWatched });

  while (isSameProcess(target) && !detached.aborted) await clock.sleep(lookMs, detached).catch(() => undefined);
  gone.abort();
  await ending.settled();
  const survivors = tree.finish(ending.cause()?.reason === 'memory' ? { peakBytes: limits.memory ?? 0 } : {});
  await git?.finish();
  await held[Symbol.asyncDispose]();
  const isDetached = detached.aborted && isSameProcess(target);
  const end: AttachedEnd = {
    endReason: ending.cause()?.reason ?? 'unknown',
    detached: isDetached,
    durationMs: clock.monotonic() - startedMono,
    survivors: survivors.length,
  };
  events.attachedEnded({ pid, ...end });
  return end;
}
