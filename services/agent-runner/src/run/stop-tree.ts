import type { Clock } from '@telltale/runtime/clock';
import type { ProcessIdentity, WatchedTree } from '../tree/sampler.ts';

const lookMs = 50;
/** SIGKILL works at once, but a process in a system call that cannot be interrupted dies late. */
export const killMs = 5_000;

function send(pid: number, signal: NodeJS.Signals): void {
  // Whatever a tree is said to hold: never the system, oneself or everybody.
  if (Math.abs(pid) <= 1 || pid === process.pid) return;
  try {
    process.kill(pid, signal);
  } catch {
    // Ended between the look and the signal.
  }
}

/**
 * Ends all of a tree: SIGTERM (and SIGCONT, for those that are stopped), then SIGKILL after `graceMs()`, which may become less
 * meanwhile. Says whether
 * nothing is left. New children of a member are found with each look.
 */
export async function stopTree({
  tree,
  group,
  graceMs,
  clock,
  killAll,
  onStep,
}: {
  tree: WatchedTree;
  /** The process group that is the run's alone, or null. */
  group: number | null;
  graceMs: () => number;
  clock: Clock;
  /** SIGKILL to all of it at once, where the system can; false where not. */
  killAll: () => boolean;
  onStep: (step: 'term' | 'kill', processes: number) => void;
}): Promise<boolean> {
  const signalAll = (members: readonly ProcessIdentity[], signals: readonly NodeJS.Signals[]): void => {
    for (const signal of signals) {
      if (group !== null) send(-group, signal);
      for (const member of members) if (tree.isAlive(member)) send(member.pid, signal);
    }
  };

  const until = async (ms: () => number, again?: () => void): Promise<boolean> => {
    const begun = clock.monotonic();
    for (;;) {
      if (tree.members().length === 0) return true;
      if (clock.monotonic() - begun >= ms()) return false;
      again?.();
      await clock.sleep(lookMs);
    }
  };

  const members = tree.members();
  if (members.length === 0) return true;
  onStep('term', members.length);
  signalAll(members, ['SIGTERM', 'SIGCONT']);
  if (await until(graceMs)) return true;
  const left = tree.members();
  onStep('kill', left.length);
  return until(
    () => killMs,
    () => {
      if (!killAll()) signalAll(tree.members(), ['SIGKILL']);
    },
  );
}
