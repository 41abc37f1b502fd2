import type { BesideTokens } from './beside-tokens.ts';
import type { ChosenPrice } from './choose-price.ts';
import { coreName } from './core-name.ts';
import type { Resolution } from './price-book.ts';
import type { Rates } from './rates.ts';

/** What an amount is known to leave out, or may. */
export type LeftOut =
  | 'searches_not_told'
  | 'searches_without_price'
  | 'search_context_unknown'
  | 'tokens_that_are_no_text'
  | 'long_context_unpriced';

/** A call as far as its price may say nothing of it. */
type Told = { found: Resolution; beside: BesideTokens; at: number; input: number };

/** What searches the web for each request, whether a record tells of it or not. */
const alwaysSearches = /(?:-search-preview|-deep-research|-search-api|^sonar-pro-search)$/;
/** So do these, for a fee of each request: where a seller's price has none, it is left out. */
const searchesForFee = /^sonar(?:-reasoning)?(?:-pro)?$/;
/** What is made to hear, to speak or to draw: tokens of these are seldom text. */
const hearsOrSpeaks = /(?:^|-)(?:audio|realtime|transcribe|live|sonic)(?=$|-)/;
const draws = /(?:^|-)image(?=$|-)/;
/** Claude models whose long prompts cost twice as much everywhere since then, which not every seller's list says. */
const costsMoreWhenLong = /^claude-sonnet-4(?:-5)?$/;
const longTokens = 200_000;
const longSince = Date.parse('2025-08-12');

/** What a price says nothing of although a call had, or may have had, some of it. A row of the user's own is the price of all tokens. */
export function leftOut(told: Told, price: ChosenPrice, rates: Rates): LeftOut[] {
  const { found, beside, at, input } = told;
  const own = price.basis === 'override';
  const name = coreName(found.model);
  const left: LeftOut[] = [];
  if (beside.web_searches !== undefined && (found.listed?.searchAt(at) ?? null) === null)
    left.push('searches_without_price');
  if (!own && beside.web_searches === undefined && searches(name, rates)) left.push('searches_not_told');
  if (rates.request_by_context !== undefined && beside.search_context_size === undefined)
    left.push('search_context_unknown');
  if (!own && mayBeNoText(told, name)) left.push('tokens_that_are_no_text');
  if (!own && input > longTokens && at >= longSince && price.rates.length === 1 && costsMoreWhenLong.test(name))
    left.push('long_context_unpriced');
  return left;
}

const searches = (name: string, rates: Rates): boolean =>
  alwaysSearches.test(name) || (rates.request === 0n && searchesForFee.test(name));

/** Whether a call has tokens that may cost more than text does. Google lists the models where audio does. */
function mayBeNoText({ found: { listed }, beside, at }: Told, name: string): boolean {
  const { audio_tokens: audio, output_image_tokens: images, citation_tokens: cited } = beside;
  if (cited !== undefined && (listed?.citationAt(at) ?? null) === null) return true;
  if (audio !== undefined || images !== undefined)
    return listed === null || listed.seller !== 'google' || listed.tellsKindsApart(at);
  return hearsOrSpeaks.test(name) || (draws.test(name) && listed?.drawsAtOtherPrice(at) === true);
}
