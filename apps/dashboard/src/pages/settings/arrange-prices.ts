import type { PriceRow } from '@telltale/contracts/http/prices';

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
      rank(left) - rank(right) ||
      left.model.localeCompare(right.model, 'en', { numeric: true }) ||
      (right.from ?? '').localeCompare(left.from ?? ''),
  );
}
