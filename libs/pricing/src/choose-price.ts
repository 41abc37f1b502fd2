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
  /** Whose price it is, and its name of the model; null for the default price. */
  provider: string | null;
  model: string | null;
};

/** Prices there are at a moment, best first: own rows, built-in rows, the list. */
function* pricesAt({ provider, model, rows, listed }: Resolution, at: number): Generator<ChosenPrice> {
  for (const row of rows) {
    if (row.rates !== null && at >= row.from && at < row.until)
      yield { rates: row.rates, basis: row.own ? 'override' : 'built_in', exact: true, provider, model };
  }
  const rates = listed?.ratesAt(at) ?? null;
  if (listed !== null && rates !== null)
    yield { rates, basis: 'list', exact: listed.exact, provider, model: listed.id };
}

/** A seller and those behind it, who are only guessed. */
function* sellersOf(found: Resolution): Generator<Resolution> {
  for (let one: Resolution | null = found; one !== null; one = one.behind) yield one;
}

function* guessesAt(found: Resolution, at: number): Generator<ChosenPrice> {
  for (const seller of sellersOf(found)) yield* pricesAt(seller, at);
}

/**
 * The best price at a moment (epoch ms): an own row, a built-in row, the list; null when nobody has one. A class of tokens
 * that a row says nothing of costs what it costs by the next one: a row of a new input price leaves the output as it was.
 * `guess`: what this seller has no price of at all costs what it costs at the next one.
 */
export function choosePrice(found: Resolution, at: number, guess = false): ChosenPrice | null {
  const prices = guess ? guessesAt(found, at) : pricesAt(found, at);
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
  return book.defaultRates === null
    ? null
    : { rates: book.defaultRates, basis: 'default', exact: true, provider: null, model: null };
}

/**
 * The product (millionths) of the tier's, the speed's and the discount's factor; `complete` is false when a word has none.
 * Two words with one factor in one row are the same thing said twice: OpenAI's `fast` is its `priority`. `guess`: where
 * the seller has no factor, that of the next one holds.
 */
export function factorFor(
  found: Resolution,
  at: number,
  words: readonly (string | undefined)[],
  guess = false,
): { factor: bigint; complete: boolean } {
  let product = unitFactor;
  let complete = true;
  const rows = guess ? [...sellersOf(found)].flatMap((seller) => seller.rows) : found.rows;
  const counted: { row: unknown; factor: bigint }[] = [];
  for (const given of words) {
    const word = given?.toLowerCase();
    if (word === undefined || word === '' || standardWords.has(word)) continue;
    const row = rows.find((r) => at >= r.from && at < r.until && r.factors.has(word));
    const factor = row?.factors.get(word);
    if (factor === undefined) complete = false;
    else if (!counted.some((one) => one.row === row && one.factor === factor)) {
      product = applyFactor(product, factor);
      counted.push({ row, factor });
    }
  }
  // A discount that was negotiated with one seller holds at nobody else's.
  const discount = found.rows.find((r) => at >= r.from && at < r.until && r.discount !== null)?.discount ?? unitFactor;
  const factor = applyFactor(product, discount);
  return { factor, complete };
}
