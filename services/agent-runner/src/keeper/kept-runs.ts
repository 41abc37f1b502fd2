import type { RunAction } from '@telltale/contracts/http/run-commands';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Environment } from '../run/child-environment.ts';
import type { RunControl } from '../run/run-control.ts';
import type { Sampler } from '../tree/sampler.ts';
import { KeeperError } from './keeper-error.ts';
import type { KeptRun, RunEnd, RunSpec } from './protocol.ts';
import { failedEnd, runKept } from './run-kept.ts';
import type { TeamRecorders } from './team-recorders.ts';

type Kept = {
  spec: RunSpec;
  startedAt: string;
  pid: number | null;
  control: RunControl | null;
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
  list(): KeptRun[];
  running(): number;
  draining(): boolean;
  /** Whether anything new is started. */
  drain(on: boolean): void;
  ended(runId: string): Promise<RunEnd>;
  command(runId: string, action: RunAction, actor: string): string;
  forget(runId: string): void;
  /** No run is started any more; those that go on end by the ladder, with at most `graceMs` of grace. */
  endAll(actor: string, graceMs: number | undefined): Promise<void>;
};

/** The runs of a keeper, and the ends that somebody may still ask for. */
export function createKeptRuns({
  recorders,
  sampler,
  env,
  url,
  newId,
  clock,
  log,
}: {
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

  /** A map keeps the order of insertion: the oldest come first. */
  const forgetOld = (): void => {
    const ended = [...runs].flatMap(([runId, { end }]) => (end === null ? [] : [{ runId, end }]));
    const tooMany = ended.length - mostEnds;
    for (const [at, { runId, end }] of ended.entries())
      if (at < tooMany || clock.now() - Date.parse(end.ended_at) > endsMs) runs.delete(runId);
  };

  const execute = async (runId: string, run: Kept, onRunning: () => void): Promise<RunEnd> => {
    try {
      const recorder = await recorders.of(run.spec.team_id);
      return await runKept({
        runId,
        spec: run.spec,
        startedAt: run.startedAt,
        recorder,
        sampler,
        env,
        url,
        signal: run.stop.signal,
        onRunning(control, pid) {
          run.control = control;
          run.pid = pid;
          onRunning();
        },
        clock,
        log,
      });
    } catch (error) {
      log.error({ err: error, run_id: runId }, 'a run could not be watched');
      return failedEnd(runId, run.startedAt, error, clock);
    }
  };

  return {
    async start(spec) {
      const runId = spec.run_id ?? newId();
      if (runs.has(runId)) return { run_id: runId, known: true };
      if (draining) throw new KeeperError('closing', 'the host is being drained: nothing is started any more');
      forgetOld();
      const running = Promise.withResolvers<void>();
      const startedAt = new Date(clock.now()).toISOString();
      const ended = Promise.withResolvers<RunEnd>();
      const run: Kept = {
        spec,
        startedAt,
        pid: null,
        control: null,
        stop: new AbortController(),
        end: null,
        ended: ended.promise,
      };
      runs.set(runId, run);
      void execute(runId, run, () => running.resolve()).then((end) => {
        run.end = end;
        run.control = null;
        ended.resolve(end);
      });
      await Promise.race([running.promise, ended.promise]);
      return { run_id: runId, known: false };
    },
    list() {
      forgetOld();
      return [...runs].map(([run_id, { spec, startedAt, pid, end }]) => ({
        run_id,
        team_id: spec.team_id,
        agent_id: spec.identity.agent_id,
        task_id: spec.identity.task_id ?? null,
        status: end === null ? 'running' : 'ended',
        pid,
        started_at: startedAt,
        attached: false,
        end,
      }));
    },
    running: () => [...runs.values()].filter(({ end }) => end === null).length,
    draining: () => draining,
    drain(on) {
      draining = on;
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
      const open = [...runs.values()].filter(({ end }) => end === null);
      for (const { control, stop } of open) {
        if (control === null) stop.abort(actor);
        else control.stop(actor, graceMs);
      }
      await Promise.all(open.map(({ ended }) => ended));
    },
  };
}
