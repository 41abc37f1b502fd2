import type { RecordOf } from '@telltale/contracts/records/record';
import { besideOf, type BesideTokens } from './beside-tokens.ts';
import { choosePrice, defaultPrice, factorFor, type ChosenPrice } from './choose-price.ts';
import { applyFactor, attoOf, formatFactor, formatUsd, unitFactor } from './decimal.ts';
import { disjointUsage, type DisjointUsage } from './disjoint-usage.ts';
import type { PriceBook, Resolution } from './price-book.ts';
import { leftOut, type LeftOut } from './left-out.ts';
import { ratesFor, type Rates } from './rates.ts';
import { isRefused } from './refused-call.ts';

/**
 * How we know a cost. `provider`: the provider's own answer carried it and no price of ours applies. `computed`: a
 * price for this very model. `approximate`: a price of a like model, a guessed seller or an unpriced tier.
 * `estimated`: the team's default price. `unknown`: no amount at all, never 0.
 */
export type CostSource = 'provider' | 'computed' | 'estimated' | 'approximate' | 'unknown';

/** Why a cost is not `computed`, or, of one that a provider refused, nothing. */
export type PriceNote =
  | 'refused'
  | 'name_matched_by_prefix'
  | 'seller_guessed'
  | 'tier_without_factor'
  | 'input_tokens_missing'
  | 'output_tokens_missing'
  | 'usage_contradicts_itself'
  | LeftOut
  | 'no_tokens'
  | 'no_price';

/** A class of tokens, or the call itself with its searches and citations. */
export type PriceClass = keyof DisjointUsage | 'request';

export type PricedCall = {
  /** US dollars, exact, with 9 to 18 decimals; null when unknown. */
  cost_usd: string | null;
  cost_source: CostSource;
  price_version: string;
  breakdown: {
    /** The seller whose price it is, and its name of the model; null when none was found. */
    provider: string | null;
    model: string | null;
    basis: ChosenPrice['basis'] | 'reported' | 'none';
    tokens: DisjointUsage;
    /** US dollars by class, adding up to a cost of ours exactly; classes without tokens are left out. */
    usd: Partial<Record<PriceClass, string>>;
    /** The prompt size above which these rates apply; null for the base rates. */
    above_input_tokens: number | null;
    /** The product of tier, speed and discount factors. */
    factor: string;
    notes: PriceNote[];
  };
};

const classes = ['fresh', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'] as const;

/** Atto-dollars by class, or null when a class that has tokens has no price. */
function amountsOf(tokens: DisjointUsage, rates: Rates, factor: bigint): Map<PriceClass, bigint> | null {
  const sums = new Map<PriceClass, bigint>();
  for (const name of classes) {
    const count = tokens[name];
    if (count === 0) continue;
    const rate = rates[name];
    if (rate === null) return null;
    const atto = BigInt(count) * rate;
    sums.set(name, factor === unitFactor ? atto : applyFactor(atto, factor));
  }
  if (rates.request > 0n) sums.set('request', applyFactor(rates.request, factor));
  return sums;
}

/** Rates of a call that says, or does not, how much of the web was read for it. */
function atContext(rates: Rates, { search_context_size: size }: BesideTokens): Rates {
  const request = size === undefined ? undefined : rates.request_by_context?.[size];
  return request === undefined ? rates : { ...rates, request };
}

/** A call as far as its price depends on it. */
type Facts = {
  found: Resolution;
  version: string;
  at: number;
  /** All tokens in. */
  input: number;
  tokens: DisjointUsage;
  beside: BesideTokens;
  /** Words of its tier, its speed and the place where it was answered. */
  words: readonly (string | undefined)[];
  noInput: boolean;
  noOutput: boolean;
  contradicts: boolean;
  /** What counters tell: another record may tell the side that this one does not. */
  isSum: boolean;
};

function factsOf(record: RecordOf<'llm_call'>, book: PriceBook, base_url: string | undefined): Facts {
  const { input, contradicts, ...tokens } = disjointUsage(record);
  const beside = besideOf(record.attributes);
  const place = beside.inference_geo === undefined ? undefined : `inference_geo_${beside.inference_geo}`;
  return {
    found: book.resolve({ provider: record.provider, base_url, model: record.response_model ?? record.model }),
    version: book.version,
    at: Date.parse(record.at),
    input,
    tokens,
    beside,
    words: [record.service_tier, record.speed, place],
    noInput: record.input_tokens === undefined,
    noOutput: record.output_tokens === undefined,
    contradicts,
    isSum: record.origin === 'otlp' && record.attributes?.['signal'] === 'metric',
  };
}

/** Why an amount at a price is not exactly what was asked for. */
function notesOn(
  facts: Facts,
  price: ChosenPrice,
  { rates, guess, complete }: { rates: Rates; guess: boolean; complete: boolean },
): PriceNote[] {
  const { found, noInput, noOutput, isSum, contradicts } = facts;
  const notes: PriceNote[] = [];
  if (!price.exact) notes.push('name_matched_by_prefix');
  if (guess || !found.certain) notes.push('seller_guessed');
  if (!complete) notes.push('tier_without_factor');
  if (noInput && !isSum && rates.fresh !== null) notes.push('input_tokens_missing');
  if (noOutput && !isSum && (rates.output ?? 0n) > 0n) notes.push('output_tokens_missing');
  if (contradicts) notes.push('usage_contradicts_itself');
  return [...notes, ...leftOut(facts, price, rates)];
}

/** Atto-dollars for what is billed beside a call's tokens: tiers and discounts are about these. */
function besideAmount({ found: { listed }, beside, at }: Facts): bigint {
  const searches = BigInt(beside.web_searches ?? 0) * (listed?.searchAt(at) ?? 0n);
  return searches + BigInt(beside.citation_tokens ?? 0) * (listed?.citationAt(at) ?? 0n);
}

/** The call at one price; null when it has no counts or a class with tokens has no rate. */
function priceAt(facts: Facts, price: ChosenPrice | null, guess = false): PricedCall | null {
  const { found, at, input, tokens, beside, version } = facts;
  const tier = price === null || (facts.noInput && facts.noOutput) ? undefined : ratesFor(price.rates, input);
  if (price === null || tier === undefined) return null;
  const isDefault = price.basis === 'default';
  const { factor, complete } = isDefault
    ? { factor: unitFactor, complete: true }
    : factorFor(found, at, facts.words, guess);
  const sums = amountsOf(tokens, atContext(tier.rates, beside), factor);
  if (sums === null) return null;
  const fees = isDefault ? 0n : besideAmount(facts);
  if (fees > 0n) sums.set('request', (sums.get('request') ?? 0n) + fees);
  const notes = isDefault ? [] : notesOn(facts, price, { rates: tier.rates, guess, complete });
  let total = 0n;
  const usd: PricedCall['breakdown']['usd'] = {};
  for (const [name, atto] of sums) {
    total += atto;
    usd[name] = formatUsd(atto);
  }
  const known = notes.length > 0 ? 'approximate' : 'computed';
  return {
    cost_usd: formatUsd(total),
    cost_source: isDefault ? 'estimated' : known,
    price_version: version,
    breakdown: {
      provider: price.provider,
      model: price.model,
      basis: price.basis,
      tokens,
      usd,
      above_input_tokens: tier.above < 0 ? null : tier.above,
      factor: formatFactor(factor),
      notes,
    },
  };
}

/**
 * What a call cost, by the model that was billed (`response_model`, else `model`) and the prices of the call's own
 * time. Price fields in the record are ignored; the sender's own figure counts only as `provider`. A few µs once the
 * book knows the name.
 */
export function priceCall(options: {
  record: RecordOf<'llm_call'>;
  book: PriceBook;
  /** The URL the client was pointed at, where known (the proxy knows it). */
  base_url?: string | undefined;
}): PricedCall {
  const { record, book, base_url } = options;
  const facts = factsOf(record, book, base_url);
  const { found, at, tokens } = facts;
  if (isRefused(record))
    return { ...withoutRates(tokens, book.version, 'refused'), cost_usd: formatUsd(0n), cost_source: 'computed' };
  return (
    priceAt(facts, choosePrice(found, at)) ??
    (found.behind === null ? null : priceAt(facts, choosePrice(found, at, true), true)) ??
    reportedPrice(record, tokens, book.version) ??
    priceAt(facts, defaultPrice(book)) ??
    withoutRates(tokens, book.version, facts.noInput && facts.noOutput ? 'no_tokens' : 'no_price')
  );
}

/** The provider's own figure. Only our proxy read it from the provider's answer; any other sender could invent one. */
function reportedPrice(record: RecordOf<'llm_call'>, tokens: DisjointUsage, version: string): PricedCall | null {
  if (record.origin !== 'proxy' || record.reported_cost_usd === undefined) return null;
  const { breakdown, ...call } = withoutRates(tokens, version, 'no_price');
  const cost_usd = formatUsd(attoOf(record.reported_cost_usd));
  return { ...call, cost_usd, cost_source: 'provider', breakdown: { ...breakdown, basis: 'reported' } };
}

function withoutRates(tokens: DisjointUsage, version: string, note: PriceNote): PricedCall {
  return {
    cost_usd: null,
    cost_source: 'unknown',
    price_version: version,
    breakdown: {
      provider: null,
      model: null,
      basis: 'none',
      tokens,
      usd: {},
      above_input_tokens: null,
      factor: '1',
      notes: [note],
    },
  };
}
