import { createPriceBook, type PriceBook } from '@telltale/pricing/price-book';
import { everyTeamsPrices, loadPrices, type Db } from '@telltale/store/config';

/** The prices that hold for a team now. */
export async function bookOf(db: Db, teamId: string): Promise<PriceBook> {
  const { own, shared } = await loadPrices(db, teamId);
  const overrides = teamId === everyTeamsPrices ? undefined : own.overrides;
  return createPriceBook({ overrides, shared: shared.overrides });
}
