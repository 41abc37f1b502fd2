import { rateOf, attoOf } from './decimal.ts';
import type { PerMillion } from '@telltale/contracts/price-rows';
import type { TieredRates } from './rates.ts';

type Priced = {
  per_million?: PerMillion | undefined;
  per_request?: string | undefined;
  tiers?: readonly { above_input_tokens: number; per_million: PerMillion }[] | undefined;
};

const rate = (value: string | undefined): bigint | null => (value === undefined ? null : rateOf(value));

/** The rates of an override row, or null for a row that only changes what others price. */
export function overrideRates(row: Priced): TieredRates | null {
  const { per_million: base } = row;
  if (base === undefined && row.per_request === undefined) return null;
  const request = row.per_request === undefined ? 0n : attoOf(row.per_request);
  const levels = [{ above: -1, prices: base ?? {} }];
  for (const tier of row.tiers ?? [])
    levels.push({ above: tier.above_input_tokens, prices: { ...base, ...tier.per_million } });
  return levels
    .toSorted((a, b) => a.above - b.above)
    .map(({ above, prices }) => {
      const fresh = rate(prices.input);
      const output = rate(prices.output);
      const write = rate(prices.cache_write_5m) ?? fresh;
      return {
        above,
        rates: {
          fresh,
          cache_read: rate(prices.cache_read) ?? fresh,
          cache_write_5m: write,
          cache_write_1h: rate(prices.cache_write_1h) ?? write,
          output,
          reasoning: rate(prices.reasoning) ?? output,
          request,
        },
      };
    });
}
