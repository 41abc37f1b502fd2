import { Badge } from './badge.tsx';

/** Stands beside every amount that leaves calls out because nobody knows their price. */
export function PartialCost({ unpriced }: { unpriced: number }) {
  if (unpriced === 0) return null;
  const calls = unpriced === 1 ? '1 call has' : `${unpriced} calls have`;
  return (
    <Badge tone="warn" title={`${calls} no known price and count for nothing here; set a price in Settings`}>
      PARTIAL COST
    </Badge>
  );
}
