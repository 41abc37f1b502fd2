import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import { waitUntil } from '@telltale/embedded/wait-until';

/** What the runs get between SIGTERM and SIGKILL: the whole of a stop has 10 s. */
const graceMs = 1_000;

/**
 * Ends the runs that the keeper of a data folder has, by the ladder, and then the keeper. Says so when it does not end in
 * time: what is left of it goes on to end, and its records wait in its spool.
 */
export async function stopKeeper(dataDir: string, withinMs: number, say: (line: string) => void): Promise<void> {
  const folder = keeperFolder(dataDir);
  if (livingKeeper(folder) === null) return;
  await keeperClientOf(folder)
    .shutdown('telltale up', graceMs)
    .catch(() => undefined);
  if (await waitUntil(() => livingKeeper(folder) === null, withinMs)) return;
  say(`the keeper of the runs (process ${livingKeeper(folder)?.pid ?? 'gone'}) takes longer to end them`);
}
