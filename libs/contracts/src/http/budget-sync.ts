import { z } from 'zod';
import { budgetRule } from '../budgets/budget-rule.ts';
import { name } from '../text.ts';

const most = 1_000;
const mostSettled = 5_000;
/** Of a budget, in its units: US dollars × 10^9, or tokens. */
const units = z.int().nonnegative();
const account = z.string().min(1).max(400);

/**
 * What the holder of slices (one run) says of itself, whole each time, and what it asks for. Being whole, a word that was
 * lost or came twice changes nothing: the highest `n` counts.
 */
export const budgetSyncBody = z.strictObject({
  /** Made anew with each start of a run. */
  holder: z.uuid(),
  /** Rises with each word of the holder. */
  n: z.int().positive(),
  run_id: name,
  /** In whose books its calls are; absent while it is not known. */
  producer_id: name.optional(),
  /** Everything it holds: reserved for open calls, and free for the next ones. What it holds no more is 0 once. */
  slices: z.array(z.strictObject({ account, open: units, free: units })).max(most),
  /** Calls that are over, in the order of `k`, which rises by one. All that are not known to be stored are repeated when asked. */
  settled: z
    .array(z.strictObject({ k: z.int().positive(), call_id: z.uuid(), amounts: z.record(account, units) }))
    .max(mostSettled),
  /** What the next call can cost at most; granted in all accounts or in none. `extra` is for the calls after it. */
  wants: z.array(z.strictObject({ account, amount: units, extra: units })).max(most),
  /** Settled calls of which it wants to know whether they are stored. */
  asks: z.array(z.uuid()).max(most).default([]),
  /** It holds nothing from now on. */
  closing: z.boolean().default(false),
});
export type BudgetSyncBody = z.input<typeof budgetSyncBody>;

export const syncedAccount = z.object({
  account: z.string(),
  limit_units: z.int(),
  spent_units: z.int(),
  /** Of everybody, with what is granted now. */
  reserved_units: z.int(),
  /** Added to the free part of the slice. */
  granted_units: z.int(),
  /** Somebody waits for room: what is free should be given back. */
  wanted: z.boolean(),
  /** It is this one that has no room. */
  blocked: z.boolean(),
});
export type SyncedAccount = z.output<typeof syncedAccount>;

/**
 * `ok`: done, and granted what was wanted. `refused`: done, but nothing granted. `register`: nothing was done, because the
 * holder is not known (the state was wiped): it is to send all its settled calls. `opening`: nothing was done, because an
 * account is not counted yet; ask again. `stale`: a later word of the holder was heard before.
 */
export const budgetSyncAnswer = z.object({
  outcome: z.enum(['ok', 'refused', 'register', 'opening', 'stale']),
  /** The highest `k` that is known here. */
  settled_k: z.int(),
  /** Of the calls that it asked for, those that are settled and not stored yet; it may forget the others. */
  pending: z.array(z.string()),
  accounts: z.array(syncedAccount),
  /** Another one than before: the budgets were changed. */
  rules_version: z.string(),
  /** The state was wiped and is being gathered again: hard budgets grant nothing for so many ms. */
  gathering_ms: z.int(),
});
export type BudgetSyncAnswer = z.output<typeof budgetSyncAnswer>;

/** What holds for a run: the budgets that are about it. */
export const budgetRules = z.object({
  version: z.string(),
  time_zone: z.string(),
  rules: z.array(budgetRule),
});
export type BudgetRules = z.output<typeof budgetRules>;
