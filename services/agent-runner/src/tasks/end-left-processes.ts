import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '@telltale/runtime/clock';

const looks = 20;
const lookMs = 50;

/** Processes that were started for a run, by what stands in their environment; a process may have taken it away. */
function processesOf(runId: string): number[] {
  const wanted = `\0TELLTALE_RUN_ID=${runId}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        return `\0${readFileSync(`/proc/${name}/environ`, 'latin1')}\0`.includes(wanted);
      } catch {
        // It ended, or it is another user's.
        return false;
      }
    })
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between the look and the signal.
  }
}

/** Ends what is left of a run whose owner died. True when nothing is left. */
export async function endLeftProcesses(runId: string, clock: Clock): Promise<boolean> {
  for (let look = 0; look < looks; look += 1) {
    const left = processesOf(runId);
    if (left.length === 0) return true;
    for (const pid of left) kill(pid);
    await clock.sleep(lookMs);
  }
  return false;
}
