import { isUnfoldedUpTo, newestUnfolded, priceSettlesInMs } from '@telltale/store/rollup';
import { foldOne, type FoldDeps } from '../fold/fold-work.ts';

/** Between two tries, when another aggregator folds the team or it could not be folded. */
const againMs = 200;
/** Tries in a row that folded nothing, after which it is given up for now: a minute. */
const mostIdle = 300;

/**
 * Folds what is stored of a team, once nothing of it is stored at an old price any more: a repricing knows calls, and
 * what it would not see would keep its old price for good. Returns early when aborted.
 */
export async function foldStored(deps: FoldDeps, teamId: string, signal: AbortSignal): Promise<void> {
  const { db, clock } = deps;
  const rest = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
  const settlesInMs = await priceSettlesInMs(db, teamId);
  if (settlesInMs > 0) await rest(settlesInMs);
  const last = await newestUnfolded(db, teamId);
  if (last === null) return;
  let idle = 0;
  while (!signal.aborted && (await isUnfoldedUpTo(db, teamId, last))) {
    if ((await foldOne(deps, teamId)) > 0) {
      idle = 0;
      continue;
    }
    idle += 1;
    if (idle > mostIdle) throw new Error('what is stored of the team could not be folded; it is tried again');
    await rest(againMs);
  }
}
