import type { RunAction } from '@telltale/contracts/http/run-commands';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { isAlive, processOf } from '@telltale/sdk/spool/process-identity';
import { readAttachTarget, type AttachTarget } from '../run/attach-target.ts';
import type { Environment } from '../run/child-environment.ts';
import { rootsOf } from '../run/roots-of.ts';
import type { RunControl } from '../run/run-control.ts';
import type { Sampler } from '../tree/sampler.ts';
import { attachKept } from './attach-kept.ts';
import { KeeperError } from './keeper-error.ts';
import type { AttachSpec, KeptRun, RunEnd, RunSpec } from './protocol.ts';
import { endLeftBehind } from './end-left-behind.ts';
import { failedEnd, runKept } from './run-kept.ts';
import { removeRunNote, writeRunNote, type RunNote } from './run-notes.ts';
import type { TeamRecorders } from './team-recorders.ts';

type Kept = {
  spec: Pick<RunSpec, 'team_id' | 'identity' | 'keep_orphans'>;
  /** How it is watched, when somebody else started it: the keeper's end is none of it. */
  attached: AttachSpec | null;
  startedAt: string;
  pid: number | null;
  control: RunControl | null;
  /** Ends the run, or the watching of what was attached. */
  stop: AbortController;
  end: RunEnd | null;
  ended: Promise<RunEnd>;
};

/** How many ends are remembered, and for how long, when nobody takes note of them. */
const mostEnds = 1_000;
const endsMs = 24 * 3_600_000;

export type KeptRuns = {
  /** Resolves when the program runs or could not be started. */
  start(spec: RunSpec): Promise<{ run_id: string; known: boolean }>;
  /** Takes over what a keeper before this one left when it was killed: ends it, or goes on watching it. */
  takeOver(notes: readonly RunNote[]): void;
  attach(spec: AttachSpec): Promise<{ run_id: string; known: boolean }>;
  detach(runId: string): string;
  list(): KeptRun[];
  running(): number;
  draining(): boolean;
  /** Whether anything new is started; what was attached is let go. */
  drain(on: boolean): void;
  ended(runId: string): Promise<RunEnd>;
  command(runId: string, action: RunAction, actor: string): string;
  forget(runId: string): void;
  /** No run is started any more; those that go on end by the ladder, with at most `graceMs` of grace. */
  endAll(actor: string, graceMs: number | undefined): Promise<void>;
};

/** The runs of a keeper, and the ends that somebody may still ask for. */
export function createKeptRuns({
  folder,
  recorders,
  sampler,
  env,
  url,
  newId,
  clock,
  log,
}: {
  /** Where runs that go on are noted, for the keeper after one that was killed. */
  folder: string;
  recorders: Pick<TeamRecorders, 'of'>;
  sampler: Sampler;
  env: Environment;
  url: string;
  newId: () => string;
  clock: Clock;
  log: Log;
}): KeptRuns {
  const runs = new Map<string, Kept>();
  let draining = false;

  const must = (runId: string): Kept => {
    const run = runs.get(runId);
    if (run === undefined) throw new KeeperError('no_such_run', `the keeper has no run ${runId}`);
    return run;
  };
  const open = (): Kept[] => [...runs.values()].filter(({ end }) => end === null);

  /** A map keeps the order of insertion: the oldest come first. */
  const forgetOld = (): void => {
    const ended = [...runs].flatMap(([runId, { end }]) => (end === null ? [] : [{ runId, end }]));
    const tooMany = ended.length - mostEnds;
    for (const [at, { runId, end }] of ended.entries())
      if (at < tooMany || clock.now() - Date.parse(end.ended_at) > endsMs) runs.delete(runId);
  };

  /** A disk that takes no note changes no run. */
  const noting = (runId: string, write: () => void): void => {
    try {
      write();
    } catch (error) {
      log.warn({ err: error, run_id: runId }, 'a run could not be noted: were this keeper killed, nobody would end it');
    }
  };

  /** Takes a run in and resolves when it goes on, or has ended already. */
  const keep = async (
    runId: string,
    about: Pick<Kept, 'spec' | 'attached'> & { startedAt?: string },
    execute: (run: Kept, onRunning: (control: RunControl, pid: number) => void) => Promise<RunEnd>,
  ): Promise<{ run_id: string; known: boolean }> => {
    forgetOld();
    const running = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<RunEnd>();
    const run: Kept = {
      startedAt: new Date(clock.now()).toISOString(),
      ...about,
      pid: null,
      control: null,
      stop: new AbortController(),
      end: null,
      ended: ended.promise,
    };
    runs.set(runId, run);
    void execute(run, (control, pid) => {
      run.control = control;
      run.pid = pid;
      noting(runId, () => writeRunNote(folder, noteOf(runId, run, pid)));
      running.resolve();
    })
      .catch((error: unknown) => {
        log.error({ err: error, run_id: runId }, 'a run could not be watched');
        return failedEnd(runId, run.startedAt, error, clock);
      })
      .then((end) => {
        run.end = end;
        run.control = null;
        // What goes on when its keeper ends on purpose is nobody's any more.
        noting(runId, () => removeRunNote(folder, runId));
        ended.resolve(end);
      });
    await Promise.race([running.promise, ended.promise]);
    return { run_id: runId, known: false };
  };

  const refuseWhileDraining = (): void => {
    if (draining) throw new KeeperError('closing', 'the host is being drained: nothing is started any more');
  };
  const shared = { sampler, clock, log };
  const watch = (runId: string, spec: AttachSpec, target: AttachTarget, startedAt?: string) =>
    keep(runId, { spec, attached: spec, ...(startedAt === undefined ? {} : { startedAt }) }, async (run, onRunning) => {
      const recorder = await recorders.of(spec.team_id);
      const detached = run.stop.signal;
      return attachKept({ ...shared, runId, spec, target, startedAt: run.startedAt, recorder, detached, onRunning });
    });

  /** What a run left on purpose is watched on, each root of it as a run of its own. */
  const watchOrphans = (parent: string, { team_id, identity, capture }: RunSpec, pids: readonly number[]): void => {
    for (const pid of rootsOf(pids)) {
      const target = readAttachTarget(pid);
      if ('refused' in target) continue;
      const about = { team_id, pid, identity: { ...identity, parent_run_id: parent }, enforce: false };
      void watch(newId(), { ...about, ...(capture === undefined ? {} : { capture }) }, target);
    }
  };

  return {
    async start(spec) {
      const runId = spec.run_id ?? newId();
      if (runs.has(runId)) return { run_id: runId, known: true };
      refuseWhileDraining();
      return keep(runId, { spec, attached: null }, async ({ startedAt, stop: { signal } }, onRunning) => {
        const recorder = await recorders.of(spec.team_id);
        const onOrphans = (pids: readonly number[]): void => watchOrphans(runId, spec, pids);
        return runKept({ ...shared, runId, spec, startedAt, recorder, env, url, signal, onRunning, onOrphans });
      });
    },
    async attach(spec) {
      const runId = spec.run_id ?? newId();
      if (runs.has(runId)) return { run_id: runId, known: true };
      refuseWhileDraining();
      const watched = [...runs].find(([, { pid, end }]) => pid === spec.pid && end === null);
      if (watched !== undefined)
        throw new KeeperError('refused', `process ${spec.pid} is watched already, as run ${watched[0]}`);
      const target = readAttachTarget(spec.pid);
      if ('refused' in target) throw new KeeperError('refused', target.refused);
      return watch(runId, spec, target);
    },
    takeOver(notes) {
      for (const note of notes) {
        const { run_id: runId, team_id, identity, attached, started_at: startedAt, pid } = note;
        const target = attached === null || !isAlive(note) ? null : readAttachTarget(pid);
        if (attached !== null && target !== null && !('refused' in target)) {
          void watch(runId, attached, target, startedAt);
          continue;
        }
        // What somebody else started is not ours to end.
        const left = attached === null ? note : { ...note, keep_orphans: true };
        void keep(runId, { spec: { team_id, identity }, attached: null, startedAt }, async ({ stop: { signal } }) => {
          const recorder = await recorders.of(team_id);
          return endLeftBehind({ ...shared, note: left, recorder, hurry: signal });
        });
      }
    },
    detach(runId) {
      const run = must(runId);
      if (run.attached === null)
        throw new KeeperError('refused', `run ${runId} was started here: it can only be stopped`);
      if (run.end !== null) return 'ended before';
      run.stop.abort();
      return 'detached';
    },
    list() {
      forgetOld();
      return [...runs].map(([run_id, { spec, attached, startedAt, pid, end }]) => ({
        run_id,
        team_id: spec.team_id,
        agent_id: spec.identity.agent_id,
        task_id: spec.identity.task_id ?? null,
        status: end === null ? 'running' : 'ended',
        pid,
        started_at: startedAt,
        attached: attached !== null,
        end,
      }));
    },
    running: () => open().length,
    draining: () => draining,
    drain(on) {
      draining = on;
      if (on) for (const { attached, stop } of open()) if (attached !== null) stop.abort();
    },
    ended: (runId) => must(runId).ended,
    command(runId, action, actor) {
      const run = must(runId);
      if (run.end !== null) return 'ended before';
      if (run.control !== null) return run.control[action](actor);
      if (action !== 'stop') return 'not running yet';
      run.stop.abort(actor);
      return 'stopping';
    },
    forget(runId) {
      if (must(runId).end !== null) runs.delete(runId);
    },
    async endAll(actor, graceMs) {
      draining = true;
      const left = open();
      for (const { attached, control, stop } of left) {
        if (attached !== null || control === null) stop.abort(actor);
        else control.stop(actor, graceMs);
      }
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}

/** For the keeper after this one, should it be killed. */
const noteOf = (run_id: string, { spec, startedAt, attached }: Kept, pid: number): RunNote => ({
  run_id,
  team_id: spec.team_id,
  identity: spec.identity,
  pid,
  start_time: processOf(pid).start_time,
  started_at: startedAt,
  keep_orphans: spec.keep_orphans ?? false,
  own_session: attached === null,
  attached,
});
