import { isKnown, unknownText } from './unknown.ts';

/**
 * US dollars for people, the same everywhere: under $0.01 four decimals, under $1 three, else two; `agent_card` always
 * four, so that a card does not jump while it counts. Unknown is `–`, never $0. For showing only, never for sums.
 */
export function formatMoney(usd: number | null | undefined, place?: 'agent_card'): string {
  if (!isKnown(usd)) return unknownText;
  const amount = Math.abs(usd);
  const text = amount.toFixed(place === 'agent_card' ? 4 : decimalsOf(amount));
  // What rounds to nothing has no sign.
  return usd < 0 && Number(text) !== 0 ? `-$${text}` : `$${text}`;
}

function decimalsOf(amount: number): number {
  if (amount < 0.01) return 4;
  return amount < 1 ? 3 : 2;
}
