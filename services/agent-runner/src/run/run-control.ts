import type { RunCgroup } from '../tree/run-cgroup.ts';
import type { WatchedTree } from '../tree/sampler.ts';
import type { RunEvents } from './run-events.ts';

/** What can be asked of a run while it goes on. Each says what became of it, in one word. */
export type RunControl = {
  /** Ends it by the ladder; `graceMs` shortens the grace. */
  stop(actor: string, graceMs?: number): string;
  pause(actor: string): string;
  resume(actor: string): string;
};

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** New children may appear while their parents are being stopped; none is left after a few looks. */
const looks = 5;

/** Pauses, resumes and stops one run. A paused run that is to end is let go on first, so that it can. */
export function createRunControl({
  tree,
  cgroup,
  events,
  end,
}: {
  tree: WatchedTree;
  cgroup: RunCgroup | null;
  events: RunEvents;
  end: (actor: string, graceMs?: number) => void;
}): RunControl & { paused(): boolean; thaw(): void } {
  let paused = false;

  const freeze = (): void => {
    if (cgroup?.freeze(true) === true) return;
    for (let look = 0; look < looks; look += 1) for (const { pid } of tree.members()) send(pid, 'SIGSTOP');
  };
  const thaw = (): void => {
    if (!paused) return;
    paused = false;
    if (cgroup?.freeze(false) !== true) for (const { pid } of tree.members()) send(pid, 'SIGCONT');
  };

  return {
    paused: () => paused,
    thaw,
    stop(actor, graceMs) {
      end(actor, graceMs);
      return 'stopping';
    },
    pause(actor) {
      if (paused) return 'paused before';
      paused = true;
      freeze();
      events.paused('paused', actor);
      return 'paused';
    },
    resume(actor) {
      if (!paused) return 'not paused';
      thaw();
      events.paused('resumed', actor);
      return 'resumed';
    },
  };
}
