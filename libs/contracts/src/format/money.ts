import { isKnown, unknownText } from './unknown.ts';

/** What four decimals can still show. */
const smallest = 0.0001;

/**
 * US dollars for people, the same everywhere: nothing is `$0.00`, something under $0.0001 is `<$0.0001` and never a
 * zero, under $0.01 four decimals, under $1 three, else two; `agent_card` always four, so that a card does not jump while
 * it counts. Unknown is `–`, never $0. For showing only, never for sums.
 */
export function formatMoney(usd: number | null | undefined, place?: 'agent_card'): string {
  if (!isKnown(usd)) return unknownText;
  const amount = Math.abs(usd);
  if (amount === 0) return '$0.00';
  if (amount < smallest) return usd < 0 ? `>-$${smallest}` : `<$${smallest}`;
  return `${usd < 0 ? '-' : ''}$${grouped(amount.toFixed(place === 'agent_card' ? 4 : decimalsOf(amount)))}`;
}

/** Every digit there is, for who looks closer: `$0.0000125`, `$1,234.567891`. Unknown is `–`. */
export function exactMoney(usd: number | null | undefined): string {
  if (!isKnown(usd)) return unknownText;
  // The store keeps nine decimals; what a float adds behind them is no money.
  const text = Math.abs(usd)
    .toFixed(9)
    .replace(/(\.\d\d\d*?)0+$/, '$1');
  return `${usd < 0 ? '-' : ''}$${grouped(text)}`;
}

/** Thousands apart, by hand: the same on every machine, whatever its locale. */
function grouped(text: string): string {
  const [whole = '', decimals = ''] = text.split('.');
  return `${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}.${decimals}`;
}

function decimalsOf(amount: number): number {
  if (amount < 0.01) return 4;
  return amount < 1 ? 3 : 2;
}
