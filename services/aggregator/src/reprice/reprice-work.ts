import { createPriceBook } from '@telltale/pricing/price-book';
import type { Db } from '@telltale/store/database';
import { failReprice, loadPrices, openReprices, repriceStep } from '@telltale/store/rollup';
import type { JobQueue } from '@telltale/stream/queues';
import { foldOne, type FoldDeps } from '../fold/fold-work.ts';
import { foldStored } from './fold-stored.ts';
import { createMemberPricer } from './price-member.ts';

/**
 * Prices the calls of one request anew, step by step, by the prices of its start, and all that was stored before it. One
 * that stops, fails or dies goes on where it was when it is asked for again.
 */
export async function repriceWork(
  deps: FoldDeps,
  { team_id: teamId, reprice_id: repriceId }: { team_id: string; reprice_id: string },
  signal: AbortSignal,
): Promise<void> {
  const { db, publishTotals, log, failpoint } = deps;
  try {
    if (!(await foldStored(deps, teamId, signal))) {
      // It stays open, and is asked for again.
      if (!signal.aborted)
        log.warn({ team: teamId, reprice: repriceId }, 'a repricing waits: what is stored is not folded');
      return;
    }
    const { own, shared } = await loadPrices(db, teamId);
    const book = createPriceBook({ overrides: own.overrides, shared: shared.overrides });
    const price = createMemberPricer(book);
    const beforeCommit = () => failpoint('aggregator.reprice_before_commit');
    for (let done = false; !done && !signal.aborted;) {
      const step = await repriceStep(db, { teamId, repriceId, price, priceVersion: book.version, beforeCommit });
      done = step.done;
      await failpoint('aggregator.reprice_after_commit');
      if (step.changed > 0) {
        const { touched } = step;
        await publishTotals(teamId, { batches: 0, records: 0, busy: false, deliveryLagMs: null, touched });
      }
      // The step kept folds of the team out, and the next one follows at once: what waits is folded in between.
      if (!done) await foldOne(deps, teamId);
    }
  } catch (error) {
    log.error({ err: error, team: teamId, reprice: repriceId }, 'calls could not be priced anew');
    const reason = error instanceof Error ? error.message : String(error);
    await failReprice(db, { teamId, repriceId, error: reason.slice(0, 500) });
  }
}

/**
 * Asks again for every repricing that has not ended: a wiped Redis forgets jobs. `starter` is set at the start of a
 * service: the job of a worker that died counts as running for a while, and another is not added without a word of its own.
 */
export async function resumeReprices(deps: { db: Db; queue: JobQueue; starter?: string | undefined }): Promise<void> {
  const { db, queue, starter = '' } = deps;
  for (const payload of await openReprices(db)) {
    await queue.enqueue('reprice', payload, { dedupe: `reprice:${payload.reprice_id}${starter}` });
  }
}
