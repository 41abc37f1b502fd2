import { ratesFor, type Rates, type TieredRates } from './rates.ts';

const classes = ['fresh', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'] as const;

const hasAll = (rates: Rates): boolean => classes.every((name) => rates[name] !== null);

/** Whether every class of tokens has a price, for prompts of every length. */
export const isComplete = (tiered: TieredRates): boolean => tiered.every(({ rates }) => hasAll(rates));

/** Rates are made once and asked for with each call: what they come to together is kept with them. */
const known = new WeakMap<TieredRates, WeakMap<TieredRates, TieredRates>>();

/** `first`, and for what it has no price of, that of `next`; `first` itself when `next` has none of it either. */
export function filled(first: TieredRates, next: TieredRates): TieredRates {
  const kept = known.get(first) ?? new WeakMap<TieredRates, TieredRates>();
  known.set(first, kept);
  let both = kept.get(next);
  if (both === undefined) {
    both = fill(first, next);
    kept.set(next, both);
  }
  return both;
}

function fill(first: TieredRates, next: TieredRates): TieredRates {
  let fills = false;
  const edges = [...new Set([...first, ...next].map(({ above }) => above))].toSorted((a, b) => a - b);
  const tiers = edges.flatMap((above) => {
    const [own, other] = [ratesFor(first, above + 1)?.rates, ratesFor(next, above + 1)?.rates];
    if (own === undefined) return [];
    const rates = { ...own };
    // A row that says nothing of the price of a request leaves it as it was, like a class.
    if (own.request === 0n && (other?.request ?? 0n) > 0n) {
      rates.request = other?.request ?? 0n;
      rates.request_by_context = other?.request_by_context;
      fills = true;
    }
    for (const name of classes) {
      const rate = own[name] ?? other?.[name] ?? null;
      if (rate !== own[name]) fills = true;
      rates[name] = rate;
    }
    return [{ above, rates }];
  });
  return fills ? tiers : first;
}
