import { createPriceBook } from '@telltale/pricing/price-book';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { Db } from '@telltale/store/database';
import { everyTeamsPrices, loadPrices, readPriceRevisions } from '@telltale/store/ingest';
import { createPricer, type PriceRecord } from './price-batch.ts';

/** A changed price counts for what is stored after this long, and the time of two small queries. */
const refreshMs = 5_000;

/** How to price the calls of each of these teams. Rejects when prices that are needed cannot be read. */
export type PricesOf = (teamIds: readonly string[]) => Promise<ReadonlyMap<string, PriceRecord>>;

type Kept = { own: number; shared: number; price: PriceRecord };

/**
 * One price book for each team with prices of its own and one for all others, made when first needed and made anew when
 * a revision rose. Dispose ends the looking.
 */
export function keepTeamPrices(deps: {
  db: Db;
  clock: Clock;
  log: Log;
}): AsyncDisposable & { of: PricesOf; refresh(): Promise<void> } {
  const { db, clock, log } = deps;
  const kept = new Map<string, Kept>();
  let revisions: ReadonlyMap<string, number> | undefined;

  const refresh = async (): Promise<void> => {
    revisions = await readPriceRevisions(db);
  };

  const makeFor = async (teamId: string): Promise<Kept> => {
    const { own, shared } = await loadPrices(db, teamId);
    const overrides = teamId === everyTeamsPrices ? undefined : own.overrides;
    const book = createPriceBook({ overrides, shared: shared.overrides });
    return { own: own.revision, shared: shared.revision, price: createPricer(book) };
  };

  const priceOf = async (teamId: string, known: ReadonlyMap<string, number>): Promise<PriceRecord> => {
    const own = known.get(teamId) ?? 0;
    const shared = known.get(everyTeamsPrices) ?? 0;
    // Teams without prices of their own share the instance's book.
    const name = own === 0 ? everyTeamsPrices : teamId;
    const found = kept.get(name);
    const isFresh = found !== undefined && found.shared >= shared && (own === 0 || found.own >= own);
    if (found !== undefined && isFresh) return found.price;
    const made = await makeFor(name);
    kept.set(name, made);
    return made.price;
  };

  const loop = startLoop({ name: 'prices', turn: refresh, everyMs: refreshMs, maxBackoffMs: refreshMs, clock, log });

  return {
    refresh,
    async of(teamIds) {
      if (revisions === undefined) await refresh();
      const known = revisions ?? new Map<string, number>();
      const prices = new Map<string, PriceRecord>();
      for (const teamId of new Set(teamIds)) prices.set(teamId, await priceOf(teamId, known));
      return prices;
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
