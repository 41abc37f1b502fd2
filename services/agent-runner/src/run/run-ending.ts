import type { Clock } from '@telltale/runtime/clock';
import type { HandBack } from '../limits/hand-back.ts';
import type { LimitName } from '../limits/run-limits.ts';
import type { WatchedTree } from '../tree/sampler.ts';
import type { RunCgroup } from '../tree/run-cgroup.ts';
import type { EndReason } from './end-reason.ts';
import type { RunEvents } from './run-events.ts';
import { stopTree } from './stop-tree.ts';

/** Why Telltale itself ends a run. */
export type EndCause = { reason: EndReason; limit?: LimitName; actor?: string | undefined };

/** The longest that the last call of an agent may take, in which it hands back. */
const longestTurnMs = 60_000;

/**
 * Ends a run, once, by the ladder: a program that has used up its tokens or money may first finish without further calls,
 * within the grace, and an agent that can hand back has time to begin its one last call; then SIGTERM to all of it, and
 * SIGKILL after the grace. Each step is a record.
 */
export function createRunEnding({
  tree,
  group,
  cgroup,
  graceMs,
  handBackMs,
  handBack,
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
  /** How long an agent that can hand back may take to begin with it. */
  handBackMs: number;
  handBack: Pick<HandBack, 'supported' | 'begun' | 'over'>;
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
  /** Nobody waits for the program to finish by itself any more. */
  const hurried = new AbortController();

  const stop = (why: EndCause | { reason: 'orphaned' }): Promise<boolean> =>
    stopTree({
      tree,
      group,
      graceMs: () => shortestGraceMs,
      clock,
      killAll: () => cgroup?.kill() ?? false,
      onStep: (step, processes) => events.step({ step, processes, ...why }),
    });

  /** Until the program has finished by itself, or had its time for it. */
  const finish = async (): Promise<void> => {
    const wait = (ms: number): Promise<unknown> => clock.sleep(ms, hurried.signal).catch(() => undefined);
    const time = async (): Promise<void> => {
      let begun = false;
      void handBack.begun.then(() => (begun = true));
      await Promise.race([handBack.begun, wait(handBack.supported() ? handBackMs : shortestGraceMs)]);
      if (!begun) return;
      await Promise.race([handBack.over, wait(longestTurnMs)]);
      await wait(shortestGraceMs);
    };
    await Promise.race([exited, time()]);
    hurried.abort();
  };

  const end = async (why: EndCause): Promise<void> => {
    thaw();
    // What forks faster than it can be killed must stop that first.
    if (why.reason === 'processes') cgroup?.stopForks();
    if (why.reason === 'tokens' || why.reason === 'budget') await finish();
    await stop(why);
  };

  return {
    /** Begins to end the run; whoever comes first says why. */
    begin(why: EndCause): void {
      if (ending !== undefined && why.reason === 'cancelled') hurried.abort();
      cause ??= why;
      ending ??= end(cause);
    },
    /** Somebody waits for the end: no more grace than this, also for a ladder that goes on already. */
    hurry(ms: number): void {
      shortestGraceMs = Math.min(shortestGraceMs, ms);
      hurried.abort();
    },
    cause: (): EndCause | undefined => cause,
    settled: async (): Promise<void> => ending,
    /** What outlived the program ends too. */
    orphans: async (): Promise<void> => void (await stop({ reason: 'orphaned' })),
  };
}
export type RunEnding = ReturnType<typeof createRunEnding>;
