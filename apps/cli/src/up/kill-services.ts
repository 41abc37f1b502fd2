import { isRunning, type ProcessMark } from '@telltale/embedded/process-table';

/** Ends at once those of the processes that still run. Never throws: it is called while a signal is handled. */
export function killServices(marks: readonly ProcessMark[]): void {
  for (const mark of marks) {
    // A service that has ended leaves its pid to whoever comes next.
    if (!isRunning(mark)) continue;
    try {
      process.kill(mark.pid, 'SIGKILL');
    } catch {
      // Ended in this very moment.
    }
  }
}
