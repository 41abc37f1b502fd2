import { applyFactor, unitFactor } from './decimal.ts';
import type { PriceBook, Resolution } from './price-book.ts';
import { filled, isComplete } from './filled-rates.ts';
import type { TieredRates } from './rates.ts';

/** Words of a tier or speed that mean the list price. */
const standardWords: ReadonlySet<string> = new Set(['standard', 'default', 'auto', 'on_demand', 'ondemand', 'normal']);

/** The rates that apply to a call, where they come from and whether they are this very model's. */
export type ChosenPrice = {
  rates: TieredRates;
  basis: 'list' | 'built_in' | 'override' | 'default';
  exact: boolean;
};

/** Prices there are at a moment, best first: own rows, built-in rows, the list. */
function* pricesAt(found: Resolution, at: number): Generator<ChosenPrice> {
  for (const row of found.rows) {
    if (row.rates !== null && at >= row.from && at < row.until)
      yield { rates: row.rates, basis: row.own ? 'override' : 'built_in', exact: true };
  }
  const listed = found.listed?.ratesAt(at) ?? null;
  if (listed !== null) yield { rates: listed, basis: 'list', exact: found.listed?.exact === true };
}

/**
 * The best price at a moment (epoch ms): an own row, a built-in row, the list; null when nobody has one. A class of tokens
 * that a row says nothing of costs what it costs by the next one: a row of a new input price leaves the output as it was.
 */
export function choosePrice(found: Resolution, at: number): ChosenPrice | null {
  const prices = pricesAt(found, at);
  const best = prices.next();
  if (best.done === true) return null;
  let chosen: ChosenPrice = best.value;
  while (!isComplete(chosen.rates)) {
    const next = prices.next();
    if (next.done === true) break;
    const rates = filled(chosen.rates, next.value.rates);
    if (rates !== chosen.rates) chosen = { ...chosen, rates, exact: chosen.exact && next.value.exact };
  }
  return chosen;
}

/** The team's default price, or null when it has none. */
export function defaultPrice(book: PriceBook): ChosenPrice | null {
  return book.defaultRates === null ? null : { rates: book.defaultRates, basis: 'default', exact: true };
}

/**
 * The product (millionths) of the tier's, the speed's and the discount's factor; `complete` is false when a word has none.
 * Two words with one factor in one row are the same thing said twice: OpenAI's `fast` is its `priority`.
 */
export function factorFor(
  found: Resolution,
  at: number,
  words: readonly (string | undefined)[],
): { factor: bigint; complete: boolean } {
  let product = unitFactor;
  let complete = true;
  const counted: { row: unknown; factor: bigint }[] = [];
  for (const given of words) {
    const word = given?.toLowerCase();
    if (word === undefined || word === '' || standardWords.has(word)) continue;
    const row = found.rows.find((r) => at >= r.from && at < r.until && r.factors.has(word));
    const factor = row?.factors.get(word);
    if (factor === undefined) complete = false;
    else if (!counted.some((one) => one.row === row && one.factor === factor)) {
      product = applyFactor(product, factor);
      counted.push({ row, factor });
    }
  }
  const discount = found.rows.find((r) => at >= r.from && at < r.until && r.discount !== null)?.discount ?? unitFactor;
  const factor = applyFactor(product, discount);
  return { factor, complete };
}
