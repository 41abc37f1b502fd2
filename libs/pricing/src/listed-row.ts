import type { PerMillion } from '@telltale/contracts/price-rows';
import { choosePrice } from './choose-price.ts';
import { formatRate, formatUsd } from './decimal.ts';
import type { PriceBook } from './price-book.ts';
import type { Rates } from './rates.ts';
import type { CallName } from './resolve-provider.ts';

/** What the price list says about a model, in the form of an override row. */
export type ListedRow = {
  provider: string | null;
  model: string;
  per_million: PerMillion;
  per_request: string | null;
  tiers: { above_input_tokens: number; per_million: PerMillion }[];
  /** Whether no row goes before it. */
  effective: boolean;
};

function perMillionOf(rates: Rates): PerMillion {
  const classes = {
    input: rates.fresh,
    cache_read: rates.cache_read,
    cache_write_5m: rates.cache_write_5m,
    cache_write_1h: rates.cache_write_1h,
    output: rates.output,
    reasoning: rates.reasoning,
  };
  const priced = Object.entries(classes).flatMap(([name, rate]) => (rate === null ? [] : [[name, formatRate(rate)]]));
  return Object.fromEntries(priced) as PerMillion;
}

/** The list's own price of a name at a moment (epoch ms), also where a row goes before it; null when it has none. */
export function listedRow(book: PriceBook, call: CallName, at: number): ListedRow | null {
  const found = book.resolve(call);
  const [base, ...tiers] = found.listed?.ratesAt(at) ?? [];
  if (base === undefined || found.listed === null) return null;
  return {
    provider: found.provider,
    model: found.listed.id,
    per_million: perMillionOf(base.rates),
    per_request: base.rates.request === 0n ? null : formatUsd(base.rates.request),
    tiers: tiers.map(({ above, rates }) => ({ above_input_tokens: above, per_million: perMillionOf(rates) })),
    effective: choosePrice(found, at)?.basis === 'list',
  };
}
