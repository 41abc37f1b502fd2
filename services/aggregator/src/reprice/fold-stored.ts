import { newestUnfolded, priceSettlesInMs, unfoldedUpTo } from '@telltale/store/rollup';
import { foldOne, type FoldDeps } from '../fold/fold-work.ts';

/** Between two tries, when another aggregator folds the team or it could not be folded. */
const againMs = 200;
/** So long without a batch less to be folded, by whomever, and other repricings go first. */
const mostIdleMs = 60_000;

/**
 * Folds what is stored of a team, once nothing of it is stored at an old price any more: a repricing knows calls, and
 * what it would not see would keep its old price for good. (What a collector takes longer to commit than prices take to
 * settle is not seen.) False when that is not done: aborted, or a long repair or a fold that fails stands in the way.
 */
export async function foldStored(deps: FoldDeps, teamId: string, signal: AbortSignal): Promise<boolean> {
  const { db, clock } = deps;
  const rest = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
  const settlesInMs = await priceSettlesInMs(db, teamId);
  if (settlesInMs > 0) await rest(settlesInMs);
  const last = await newestUnfolded(db, teamId);
  if (last === null) return !signal.aborted;
  let left = Number.POSITIVE_INFINITY;
  let movedAt = clock.monotonic();
  while (!signal.aborted) {
    const now = await unfoldedUpTo(db, teamId, last);
    if (now === 0) return true;
    if (now < left) movedAt = clock.monotonic();
    else if (clock.monotonic() - movedAt > mostIdleMs) return false;
    left = now;
    if ((await foldOne(deps, teamId)) === 0) await rest(againMs);
  }
  return false;
}
