import type { Clock } from '@telltale/runtime/clock';
import type { LimitName } from '../limits/run-limits.ts';
import type { WatchedTree } from '../tree/sampler.ts';
import type { RunCgroup } from '../tree/run-cgroup.ts';
import type { EndReason } from './end-reason.ts';
import type { RunEvents } from './run-events.ts';
import { stopTree } from './stop-tree.ts';

/** Why Telltale itself ends a run. */
export type EndCause = { reason: EndReason; limit?: LimitName; actor?: string | undefined };

/**
 * Ends a run, once, by the ladder: a program that has used up its tokens or money may first finish without further calls;
 * then SIGTERM to all of it, and SIGKILL after the grace. Each step is a record.
 */
export function createRunEnding({
  tree,
  group,
  cgroup,
  graceMs,
  handBackMs,
  thaw,
  exited,
  events,
  clock,
}: {
  tree: WatchedTree;
  /** The process group that is the run's alone, or null. */
  group: number | null;
  cgroup: RunCgroup | null;
  graceMs: number;
  /** How long a program whose calls are refused may take to finish by itself. */
  handBackMs: number;
  /** Lets a paused run go on, so that it can end. */
  thaw: () => void;
  /** The program is over. */
  exited: Promise<unknown>;
  events: RunEvents;
  clock: Clock;
}) {
  let cause: EndCause | undefined;
  let ending: Promise<void> | undefined;

  let shortestGraceMs = graceMs;

  const stop = (why: EndCause | { reason: 'orphaned' }): Promise<boolean> =>
    stopTree({
      tree,
      group,
      graceMs: () => shortestGraceMs,
      clock,
      killAll: () => cgroup?.kill() ?? false,
      onStep: (step, processes) => events.step({ step, processes, ...why }),
    });

  const handBack = async (why: EndCause): Promise<void> => {
    events.step({ step: 'hand_back', ...why });
    const over = new AbortController();
    await Promise.race([exited, clock.sleep(handBackMs, over.signal).catch(() => undefined)]);
    over.abort();
  };

  const end = async (why: EndCause): Promise<void> => {
    thaw();
    // What forks faster than it can be killed must stop that first.
    if (why.reason === 'processes') cgroup?.stopForks();
    if (why.reason === 'tokens' || why.reason === 'budget') await handBack(why);
    await stop(why);
  };

  return {
    /** Begins to end the run; whoever comes first says why. */
    begin(why: EndCause): void {
      cause ??= why;
      ending ??= end(cause);
    },
    /** Somebody waits for the end: no more grace than this, also for a ladder that goes on already. */
    hurry(ms: number): void {
      shortestGraceMs = Math.min(shortestGraceMs, ms);
    },
    cause: (): EndCause | undefined => cause,
    settled: async (): Promise<void> => ending,
    /** What outlived the program ends too. */
    orphans: async (): Promise<void> => void (await stop({ reason: 'orphaned' })),
  };
}
export type RunEnding = ReturnType<typeof createRunEnding>;
