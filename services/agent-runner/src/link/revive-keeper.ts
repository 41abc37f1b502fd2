import type { Clock } from '@telltale/runtime/clock';
import { KeeperError } from '../keeper/keeper-error.ts';
import { readRunNotes } from '../keeper/run-notes.ts';

/** A keeper that does not answer for so long is not ending together with us, but dead. */
const goneMs = 15_000;

/**
 * Asks a keeper, and starts another one where it is dead: what it left has to be ended, and the host goes on saying that it
 * lives. One that ended on purpose leaves no runs behind and is given time, because we may be about to end with it.
 */
export function createReviver({
  folder,
  reopenKeeper,
  clock,
}: {
  /** Of the keeper. */
  folder: string;
  reopenKeeper: () => Promise<void>;
  clock: Clock;
}): <T>(ask: () => Promise<T>) => Promise<T> {
  let goneSince: number | null = null;
  return async (ask) => {
    try {
      const answer = await ask();
      goneSince = null;
      return answer;
    } catch (error) {
      if (!(error instanceof KeeperError) || error.code !== 'unreachable') throw error;
      goneSince ??= clock.monotonic();
      if (clock.monotonic() - goneSince < goneMs && readRunNotes(folder).length === 0) throw error;
      await reopenKeeper();
      return ask();
    }
  };
}
