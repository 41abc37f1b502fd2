import type { ModelPrice } from '@pydantic/genai-prices';
import type { ContextSize } from './beside-tokens.ts';
import { rateOf } from './decimal.ts';

/** What one token of each class costs, in 10^-12 USD per million; null when the class has no price. */
export type Rates = {
  fresh: bigint | null;
  cache_read: bigint | null;
  cache_write_5m: bigint | null;
  cache_write_1h: bigint | null;
  /** Output that is not reasoning. */
  output: bigint | null;
  reasoning: bigint | null;
  /** Atto-dollars for the call itself; 0 for nearly everybody. */
  request: bigint;
  /** Instead of `request`, by how much of the web was read for it; absent where that costs the same. */
  request_by_context?: Readonly<Record<ContextSize, bigint>> | undefined;
};

/** Rates by the size of the whole prompt: the last one whose `above` is less than the input tokens applies to all. */
export type TieredRates = readonly { above: number; rates: Rates }[];

/** What a row of the list may say of one class: a number, or a base with tiers. */
type Listed = ModelPrice[string];

function at(price: Listed, inputTokens: number): number | null {
  if (price === undefined) return null;
  if (typeof price === 'number') return price;
  let value = price.base;
  for (const tier of price.tiers) if (inputTokens > tier.start) value = tier.price;
  return value;
}

const rate = (value: number | null): bigint | null => (value === null ? null : rateOf(value));

/**
 * The list's price of one moment as rates. A cache class without a price of its own costs what fresh input costs; of a
 * Claude model a read costs a tenth of the input, a write five quarters and one for an hour twice as much wherever a
 * reseller's row leaves them out, as Anthropic multiplies on every platform.
 */
export function listedRates(price: ModelPrice, isClaude: boolean): TieredRates {
  const starts = new Set<number>([-1]);
  for (const listed of Object.values(price))
    if (typeof listed === 'object') for (const tier of listed.tiers) starts.add(tier.start);
  return [...starts]
    .toSorted((a, b) => a - b)
    .map((above) => {
      const of = (key: string) => rate(at(price[key], above + 1));
      const fresh = of('input_mtok');
      const output = of('output_mtok');
      const claude =
        isClaude && fresh !== null ? { read: fresh / 10n, write: (fresh * 5n) / 4n, hour: fresh * 2n } : null;
      const write = of('cache_write_mtok') ?? claude?.write ?? fresh;
      const request = at(price['requests_kcount'], above + 1);
      return {
        above,
        rates: {
          fresh,
          cache_read: of('cache_read_mtok') ?? claude?.read ?? fresh,
          cache_write_5m: of('cache_write_5m_mtok') ?? write,
          cache_write_1h: of('cache_write_1h_mtok') ?? claude?.hour ?? write,
          output,
          reasoning: of('output_reasoning_mtok') ?? output,
          // USD per thousand requests is 10^-12 per million tokens' worth of scale: one request is 10^3 of its units.
          request: request === null ? 0n : rateOf(request) * 1000n,
        },
      };
    });
}

/** The rates that apply to a prompt of this many tokens. */
export function ratesFor(tiered: TieredRates, inputTokens: number): TieredRates[number] | undefined {
  return tiered.findLast((tier) => inputTokens > tier.above) ?? tiered[0];
}
