import { setTimeout as delay } from 'node:timers/promises';
import { endProcess } from '@telltale/embedded/end-process';
import { isRunning, markOf } from '@telltale/embedded/process-table';
import { waitUntil } from '@telltale/embedded/wait-until';
import { CliError } from '../failure.ts';
import { type Instance, readInstance, removeInstanceOf } from '../instance/instance-file.ts';

const livingWaitMs = 15_000;
const betweenLooksMs = 20;

/**
 * Makes room in the data folder: an `up` that nobody can stop any more is stopped, one that lives is given 15 s to go,
 * services that outlived theirs are ended. Resolves to whether there was a predecessor; refuses when it stays.
 */
export async function clearPredecessor(
  dataDir: string,
  say: (line: string) => void,
  patienceMs = livingWaitMs,
): Promise<boolean> {
  const found = readInstance(dataDir);
  if (!found) {
    // A file that says nothing would otherwise never make room.
    await remove(dataDir, undefined);
    return false;
  }
  if (isRunning(found.up)) await endPredecessor(found, { dataDir, say, patienceMs });
  for (const mark of Object.values(found.services)) {
    // They leave by themselves when their parent is gone; whoever takes longer is not missed, nothing is lost with it.
    await endProcess(mark, [
      { signal: 'SIGTERM', waitMs: 3000 },
      { signal: 'SIGKILL', waitMs: 2000 },
    ]);
  }
  await remove(dataDir, found);
  return true;
}

/** Or leaves it to who is at it already, and gives them a moment. */
async function remove(dataDir: string, found: Instance | undefined): Promise<void> {
  const self = markOf(process.pid) ?? { pid: process.pid, started: '' };
  if (!removeInstanceOf(dataDir, found, self)) await delay(betweenLooksMs);
}

async function endPredecessor(
  found: Instance,
  options: { dataDir: string; say: (line: string) => void; patienceMs: number },
): Promise<void> {
  const { dataDir, say, patienceMs } = options;
  const isForsaken = () => found.parent !== undefined && !isRunning(found.parent);
  if (!isForsaken()) {
    say(`process ${found.up.pid} runs Telltale in ${dataDir} at ${found.url}; waiting up to 15 s for it to stop`);
    await waitUntil(() => !isRunning(found.up) || isForsaken(), patienceMs);
  }
  if (!isRunning(found.up)) return;
  if (!isForsaken()) {
    throw new CliError(
      `Telltale runs in ${dataDir} already, at ${found.url} (process ${found.up.pid}); stop it with Ctrl-C where it was started, ` +
        'or choose another folder with --data-dir and another --port.',
    );
  }
  say(`stopping the Telltale (process ${found.up.pid}) that an earlier start left behind`);
  await endProcess(found.up, [
    { signal: 'SIGTERM', waitMs: 10_500 },
    { signal: 'SIGKILL', waitMs: 2000 },
  ]);
}
