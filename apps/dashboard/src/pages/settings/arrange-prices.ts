import type { PriceRow } from '@telltale/contracts/http/prices';

/** Made once: one for each comparison would take long with thousands of prices. */
const { compare: byName } = new Intl.Collator('en', { numeric: true });
const origins: readonly PriceRow['origin'][] = ['team', 'instance'];

/** What somebody set stands first, then what has a price now, then what only multiplies one, then what is over; each by model. */
export function arrangePrices(rows: readonly PriceRow[]): PriceRow[] {
  const rank = ({ origin, effective, per_million }: PriceRow): number => {
    const set = origins.indexOf(origin);
    if (set >= 0) return set;
    return effective ? (per_million === null ? 3 : 2) : 4;
  };
  return rows.toSorted(
    (left, right) =>
      rank(left) - rank(right) || byName(left.model, right.model) || (right.from ?? '').localeCompare(left.from ?? ''),
  );
}
