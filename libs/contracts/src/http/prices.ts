import { z } from 'zod';
import { overridesFile } from '../price-rows.ts';
import { name } from '../text.ts';
import { time } from '../time.ts';
import { filter, instant, pageAnswer, pageQuery, teamQuery } from './query.ts';

/** `instance`: of the rows that hold for every team; only the operator's key may change those. */
const whose = {
  ...teamQuery,
  instance: z.enum(['true', 'false'], { error: 'is not true or false' }).default('false'),
} as const;

/** US dollars as a decimal string, so that no digit is lost. */
const money = z.string();
const perMillion = z.object({
  input: money.optional(),
  cache_read: money.optional(),
  cache_write_5m: money.optional(),
  cache_write_1h: money.optional(),
  output: money.optional(),
  reasoning: money.optional(),
});

/** A dated row and whether it has a say in a call of this moment. */
export const priceRow = z.object({
  /** null where nobody set it: it ships with the product or is of the price list. */
  id: z.string().nullable(),
  /** Who says so: the team, the operator for all teams, the rows that ship with the product, or the price list. */
  origin: z.enum(['team', 'instance', 'built_in', 'list']),
  effective: z.boolean(),
  /** null: whoever sells it. */
  provider: z.string().nullable(),
  model: z.string(),
  from: instant.nullable(),
  until: instant.nullable(),
  per_million: perMillion.nullable(),
  per_request: money.nullable(),
  tiers: z.array(z.object({ above_input_tokens: z.int(), per_million: perMillion })).nullable(),
  factors: z.record(z.string(), z.union([z.number(), z.string()])).nullable(),
  discount: z.number().nullable(),
  source: z.string().nullable(),
  note: z.string().nullable(),
  created_by: z.string().nullable(),
  created_at: instant.nullable(),
});
export type PriceRow = z.output<typeof priceRow>;

export const pricesQuery = z.strictObject({
  ...teamQuery,
  /** Only what has a say in the price of this model, the price list's own row with it. */
  model: filter,
  /** The seller, where the model's name does not say it; only with `model`. */
  provider: filter,
  limit: pageQuery.limit,
  offset: pageQuery.offset,
});
export const pricesAnswer = z.object({
  prices: z.array(priceRow),
  /** What a call costs whose model nobody prices; null: it stays unknown. */
  default_price: z.object({ per_million: perMillion, per_request: money.optional() }).nullable(),
  /** What new calls of the team carry as `price_version`. */
  price_version: z.string(),
  ...pageAnswer,
});
export type PricesAnswer = z.output<typeof pricesAnswer>;

/** One row or a whole file. `default_price` left out stays as it is; null turns it off. */
export const setPricesBody = overridesFile;
export const changePricesQuery = z.strictObject(whose);
export const setPricesAnswer = z.object({ ids: z.array(z.string()), price_version: z.string() });

/** Calls from `from` up to, not including, `to`, of the model billed or asked for; left out: all. */
export const repriceBody = z
  .strictObject({
    from: time.optional(),
    to: time.optional(),
    model: name.optional(),
    /** Only say what would change. */
    dry_run: z.boolean().default(false),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: 'is not after from',
    path: ['to'],
  });

/** `cost_usd` is null where there are calls and none of them has a price. */
const totals = z.object({ cost_usd: z.number().nullable(), unpriced_calls: z.int() });

/** How far a repricing is. The totals are those of the calls looked at so far. */
export const repriceJob = z.object({
  id: z.string(),
  team_id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  from: instant.nullable(),
  to: instant.nullable(),
  model: z.string().nullable(),
  dry_run: z.boolean(),
  calls: z.int(),
  changed_calls: z.int(),
  before: totals,
  after: totals,
  price_version: z.string().nullable(),
  error: z.string().nullable(),
  requested_at: instant,
  ended_at: instant.nullable(),
});
export type RepriceJob = z.output<typeof repriceJob>;
