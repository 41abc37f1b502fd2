import { z } from 'zod';
import { name, text } from './text.ts';

const notDecimal =
  'is not a non-negative decimal such as 0.25 or "0.25", of at most 10 digits before the point and 12 after it';
/** A price that is rounded to nothing would be free. */
const isSayable = (value: string | number): boolean =>
  typeof value === 'string' || value === 0 || Number(value.toFixed(12)) > 0;

/** US dollars as a number or a decimal string; a string from here on, also in answers. */
const decimal = z.codec(
  z
    .union([z.number().nonnegative().max(1e9), z.string().regex(/^\d{1,10}(?:\.\d{1,12})?$/, notDecimal)], {
      error: notDecimal,
    })
    .refine(isSayable, { error: 'is less than 12 decimals can say; give 0 for what is free' }),
  z.string(),
  {
    decode: (value) => (typeof value === 'number' ? value.toFixed(12).replace(/\.?0+$/, '') : value),
    encode: (value) => value,
  },
);

const notFactor = 'is not a factor such as 0.5 or "1.75", below 1000 and with at most six decimals';
/** A multiplier: 0.5 halves. */
const factor = z.union([z.number().nonnegative().max(1000), z.string().regex(/^\d{1,3}(?:\.\d{1,6})?$/, notFactor)], {
  error: notFactor,
});
const notPart = { error: 'is not a part from 0 to 1, such as 0.15 for 15 % off' };
const notMoment = 'is not a date such as 2026-01-31 or an RFC 3339 time, between 1970 and 2105';
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: notMoment })
  .refine((value) => Date.parse(value) >= 0 && Date.parse(value) < Date.UTC(2106, 0, 1), { error: notMoment });

/** US dollars per million tokens of each class; a cache class left out costs what input costs, reasoning what output. */
const perMillion = z.strictObject({
  input: decimal.optional(),
  cache_read: decimal.optional(),
  cache_write_5m: decimal.optional(),
  cache_write_1h: decimal.optional(),
  output: decimal.optional(),
  reasoning: decimal.optional(),
});
export type PerMillion = z.output<typeof perMillion>;
const hasPrice = (classes: object | undefined): boolean =>
  classes === undefined || Object.values(classes).some((price) => price !== undefined);
const noPrice = {
  error: 'names no price; give one of input, output, cache_read, cache_write_5m, cache_write_1h, reasoning',
  path: ['per_million'],
};
const pricedClasses = z.strictObject({ per_million: perMillion, per_request: decimal.optional() });

const isDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
const parts = ['per_million', 'per_request', 'factors', 'discount'] as const;

/**
 * One dated row as it may be stored. `model` is a full name or `*`: with a release date it is about that release, without
 * one about every release that has no other price on the list. `provider` is the seller as the price list calls it (or any
 * other name a record gives), left out for all. A row without `per_million` only changes what the list says. Of several rows that apply the more specific wins, then the later `from`, then the later line.
 */
const storedRow = z
  .strictObject({
    provider: name.optional(),
    model: name,
    /** From this moment (a date: 00:00 UTC); left out: always. */
    from: moment.optional(),
    /** Until before this moment. */
    until: moment.optional(),
    per_million: perMillion.optional(),
    /** US dollars for each call, on top of its tokens. */
    per_request: decimal.optional(),
    /** Long-context prices: they apply to the whole call when its input tokens are more than `above_input_tokens`. */
    tiers: z
      .array(z.strictObject({ above_input_tokens: z.int().nonnegative(), per_million: perMillion }))
      .max(20)
      .optional(),
    /** Multipliers by the record's `service_tier` or `speed`: batch, flex, priority, fast, or any other word. */
    factors: z.record(name, factor).optional(),
    /** The negotiated part off, from 0 to 1: 0.15 is 15 % off. */
    discount: z.number(notPart).min(0, notPart).max(1, notPart).optional(),
    /** Where the price was read. */
    source: text(2000).optional(),
    note: text(2000).optional(),
  })
  .refine((row) => row.per_million !== undefined || row.tiers === undefined, {
    error: 'change per_million; give per_million with them',
    path: ['tiers'],
  })
  .refine((row) => row.from === undefined || row.until === undefined || Date.parse(row.from) < Date.parse(row.until), {
    error: 'is not after from',
    path: ['until'],
  });
/** The same as it may be set: what says nothing, or one thing twice, was meant otherwise. */
export const overrideRow = storedRow
  .refine(
    (row) =>
      parts.some(
        (part) => row[part] !== undefined && (part !== 'factors' || Object.keys(row.factors ?? {}).length > 0),
      ),
    {
      error: 'is missing, as are per_request, factors and discount; give one of them',
      path: ['per_million'],
    },
  )
  .refine((row) => row.per_request !== undefined || hasPrice(row.per_million), noPrice)
  .refine((row) => row.tiers?.every((tier) => hasPrice(tier.per_million)) !== false, {
    error: 'have one that names no price',
    path: ['tiers'],
  })
  .refine((row) => isDistinct(row.tiers?.map((tier) => tier.above_input_tokens) ?? []), {
    error: 'have one above_input_tokens twice; give each threshold once',
    path: ['tiers'],
  })
  .refine((row) => isDistinct(Object.keys(row.factors ?? {}).map((word) => word.toLowerCase())), {
    error: 'have one word twice; upper and lower case are the same',
    path: ['factors'],
  });
export type OverrideRow = z.output<typeof overrideRow>;

/** Rows of one team, or of all: each of them is looked at when a new name is priced. */
export const mostPriceRows = 10_000;

/** The overrides file, and the body of a price import. */
export const overridesFile = z.strictObject({
  version: z.literal(1),
  prices: z.array(overrideRow).max(mostPriceRows),
  /** What a call costs whose model nobody prices; such amounts are `estimated`. Left out: they stay unknown. */
  default_price: pricedClasses
    .refine((price) => price.per_request !== undefined || hasPrice(price.per_million), noPrice)
    .nullish(),
});
export type Overrides = z.output<typeof overridesFile>;
export type OverridesInput = z.input<typeof overridesFile>;

/** What is stored of them, also rows that would not be taken any more. */
export const storedOverrides = z.strictObject({
  version: z.literal(1),
  prices: z.array(storedRow).max(mostPriceRows),
  default_price: pricedClasses.nullish(),
});
