import { isRunning, type ProcessMark } from './process-table.ts';
import { waitUntil } from './wait-until.ts';

/** One rung: the signal, and how long it may take to have its effect. */
export interface Rung {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** Sends one signal after another until the process has ended; false when it survived them all. */
export async function endProcess(mark: ProcessMark, ladder: readonly Rung[]): Promise<boolean> {
  for (const { signal, waitMs } of ladder) {
    if (!isRunning(mark)) return true;
    try {
      process.kill(mark.pid, signal);
    } catch {
      // It ended between the look and the signal, or belongs to somebody else; the wait below tells which.
    }
    if (await waitUntil(() => !isRunning(mark), waitMs)) return true;
  }
  return !isRunning(mark);
}
