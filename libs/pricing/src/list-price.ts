import { calcPrice, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { attoOf, rateOf } from './decimal.ts';
import { isExactMatch } from './exact-match.ts';
import { listedRates, type TieredRates } from './rates.ts';

/** The price data this library is built on; a test compares it with the installed package. */
export const listVersion = 'genai-prices@0.1.8';

/** A model of the price list. `exact` is false when only the beginning of its name matched. */
export type ListedModel = {
  seller: string;
  id: string;
  exact: boolean;
  /** Two models with the same have the same prices at all times. */
  prices: string;
  /** Rates at a moment (epoch ms), or null when the list gives none for it. */
  ratesAt: (at: number) => TieredRates | null;
  /** Atto-dollars for each search of the web that the provider makes; null when the list says none. */
  searchAt: (at: number) => bigint | null;
  /** Atto-dollars for each token of a cited page; null when the list says none. */
  citationAt: (at: number) => bigint | null;
  /** Whether what it draws costs something else than what it writes. */
  drawsAtOtherPrice: (at: number) => boolean;
  /** Whether it has another price for audio or pictures than for text. */
  tellsKindsApart: (at: number) => boolean;
};

/** $10 for a thousand: https://platform.openai.com/docs/pricing#built-in-tools. */
const researchSearch = attoOf('0.01');

const secondOfDay = (clock: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(0, 8).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

/** Prices by time are listed oldest first; a time-of-day row belongs to the dated row before it. */
function priceAt(prices: ModelInfo['prices'], at: number): ModelPrice | undefined {
  if (!Array.isArray(prices)) return prices;
  const second = Math.floor(at / 1000) % 86_400;
  const begun = prices.findLastIndex(
    ({ constraint }) =>
      constraint === undefined || (constraint.type === 'start_date' && at >= Date.parse(constraint.start_date)),
  );
  const dated = Math.max(begun, 0);
  for (let index = dated + 1; index < prices.length; index += 1) {
    const row = prices[index];
    if (row?.constraint?.type !== 'time_of_date') break;
    const start = secondOfDay(row.constraint.start_time);
    const end = secondOfDay(row.constraint.end_time);
    if (end < start ? second >= start || second < end : second >= start && second < end) return row.prices;
  }
  return prices[dated]?.prices;
}

/** The list's entry for a seller's model, or null. Slow (about 20 µs): callers keep the answer. */
export function findListedModel(provider: string, model: string): ListedModel | null {
  const found = calcPrice({}, model, { providerId: provider });
  if (found === null) return null;
  const { model: listed } = found;
  const isClaude = /claude/i.test(listed.id);
  const compiled = new Map<ModelPrice, TieredRates | null>();
  return {
    seller: found.provider.id,
    id: listed.id,
    exact: isExactMatch(model, listed),
    prices: JSON.stringify(listed.prices),
    ratesAt(at) {
      const price = priceAt(listed.prices, at);
      if (price === undefined) return null;
      let rates = compiled.get(price);
      if (rates === undefined) {
        rates = compileListed(price, listed.id, isClaude);
        compiled.set(price, rates);
      }
      return rates;
    },
    searchAt(at) {
      // By which of its tools one of these searched, which is 10 or 25 dollars a thousand, an answer does not tell.
      if (/^(?:openai\/)?gpt-4/.test(listed.id)) return null;
      const price = priceAt(listed.prices, at)?.['web_searches_kcount'];
      // The list forgets OpenAI's models for research, whose searches cost what those of its other models that reason do.
      if (price === undefined && found.provider.id === 'openai' && listed.id.endsWith('-deep-research'))
        return researchSearch;
      return typeof price === 'number' ? attoOf(price) / 1000n : null;
    },
    citationAt(at) {
      const price = priceAt(listed.prices, at)?.['output_citation_mtok'];
      return typeof price === 'number' ? rateOf(price) : null;
    },
    drawsAtOtherPrice: (at) => priceAt(listed.prices, at)?.['output_image_mtok'] !== undefined,
    tellsKindsApart: (at) =>
      Object.keys(priceAt(listed.prices, at) ?? {}).some((name) => /audio|image|video/.test(name)),
  };
}

/** An empty price means "free" on the list only where the name says so; elsewhere it means "nobody wrote one". */
function compileListed(price: ModelPrice, id: string, isClaude: boolean): TieredRates | null {
  if (Object.keys(price).length > 0) return listedRates(price, isClaude);
  return id.endsWith(':free') ? listedRates({ input_mtok: 0, output_mtok: 0 }, false) : null;
}
