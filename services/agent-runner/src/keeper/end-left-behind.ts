import { hostname } from 'node:os';
import { known } from '@telltale/answers/json-fields';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { OpenRecorder } from '@telltale/sdk/open-recorder';
import { isAlive } from '@telltale/sdk/spool/process-identity';
import { stopTree } from '../run/stop-tree.ts';
import { findLeftCgroup } from '../tree/left-cgroup.ts';
import type { Sampler } from '../tree/sampler.ts';
import type { RunEnd } from './protocol.ts';
import type { RunNote } from './run-notes.ts';

const graceMs = 5_000;

/**
 * Ends what is left of a run whose keeper was killed, and tells that it is lost: its pipes and its proxy are gone, nothing
 * holds it to its limits any more, and nobody else would ever end it. One that may leave processes leaves them here too.
 */
export async function endLeftBehind({
  note,
  sampler,
  recorder,
  hurry,
  clock,
  log,
}: {
  note: RunNote;
  sampler: Sampler;
  recorder: Pick<OpenRecorder, 'record'>;
  /** Aborted when somebody waits for the end: then there is no grace. */
  hurry: AbortSignal;
  clock: Clock;
  log: Log;
}): Promise<RunEnd> {
  const { pid, run_id, identity } = note;
  const lives = isAlive(note);
  const leads = lives && note.own_session;
  const group = findLeftCgroup(run_id);
  // Its number may be somebody else's by now: then only what carries the run in its environment is left of it.
  const tree = sampler.watch({
    pid: lives ? pid : 0,
    runId: run_id,
    ownSession: leads,
    onSample: () => undefined,
    controlGroup: group ?? undefined,
  });
  const left = tree.members().length;
  const about = { kind: 'run_event', ...known(identity), run_id, host: hostname(), reason: 'lost' } as const;
  if (!note.keep_orphans)
    await stopTree({
      tree,
      group: leads ? pid : null,
      graceMs: () => (hurry.aborted ? 0 : graceMs),
      clock,
      killAll: () => group?.kill() ?? false,
      onStep: (step, value) => void recorder.record({ ...about, event: 'step', step, value }),
    });
  const survivors = tree.finish().length;
  group?.remove();
  recorder.record({ ...about, event: 'ended', pid, attributes: { left_running: left, survivors } });
  log.warn({ run_id, left, survivors }, 'a run of a keeper that was killed is lost');
  return {
    run_id,
    end_reason: 'lost',
    exit_code: null,
    signal: null,
    pid,
    start_error: null,
    output_error: null,
    duration_ms: Math.max(0, clock.now() - Date.parse(note.started_at)),
    lines: 0,
    output_bytes: 0,
    left_running: left,
    survivors,
    started_at: note.started_at,
    ended_at: new Date(clock.now()).toISOString(),
  };
}
