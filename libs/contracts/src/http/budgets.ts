import { z } from 'zod';
import {
  budgetKind,
  budgetMeasure,
  budgetPeriod,
  budgetSubject,
  onUnknown,
  onUnreachable,
} from '../budgets/budget-rule.ts';
import { mostTokens, mostUsd } from '../budgets/budget-units.ts';
import { name } from '../text.ts';
import { filter, instant, pageAnswer, pageQuery, teamQuery } from './query.ts';

const notMoney = `is not an amount above 0 such as 5 or "0.25", with at most nine decimals, up to ${mostUsd}`;
const usdText = z
  .string()
  .regex(/^\d{1,7}(?:\.\d{1,9})?$/, notMoney)
  .refine((text) => /[1-9]/.test(text) && Number(text) <= mostUsd, notMoney);
/** US dollars as a number or a decimal string; a string from here on. */
const limitUsd = z
  .union([z.number(), z.string()], { error: notMoney })
  .transform((value) => (typeof value === 'number' ? value.toFixed(9) : value))
  .pipe(usdText);
const notTokens = `is not a whole number above 0, up to ${mostTokens}`;
const limitTokens = z.int({ error: notTokens }).positive({ error: notTokens }).max(mostTokens, { error: notTokens });

/** How much, and what becomes of a call that it does not answer for; the same for every budget. */
export const allowance = {
  limit_usd: limitUsd.optional(),
  /** Input (cached ones too) and output of all calls. */
  limit_tokens: limitTokens.optional(),
  kind: budgetKind.default('hard'),
  /** The part of the limit from which on it is warned of. */
  warn_at: z.number().gt(0).lte(1).default(0.8),
  /** A call without a known price. Left out: `warn`. Only for money, and `block` only where calls are refused. */
  on_unknown: onUnknown.optional(),
  /** A call that needs more than the runner holds while no server answers. Left out: `allow`. */
  on_unreachable: onUnreachable.optional(),
} as const;

type Allowance = {
  limit_usd?: string | undefined;
  limit_tokens?: number | undefined;
  kind: 'hard' | 'soft';
  on_unknown?: string | undefined;
  on_unreachable?: string | undefined;
};

/** What can never be hit is refused at once, by the field that makes it so. */
export function checkAllowance(value: Allowance, context: z.RefinementCtx): void {
  const say = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  if ((value.limit_usd === undefined) === (value.limit_tokens === undefined))
    say('limit_usd', 'give either limit_usd or limit_tokens');
  if (value.limit_tokens !== undefined && value.on_unknown !== undefined)
    say('on_unknown', 'is about prices, which a budget of tokens does not ask for; leave it out');
  if (value.kind === 'hard') return;
  if (value.on_unknown === 'block') say('on_unknown', 'a soft budget refuses nothing; make it hard or leave this out');
  if (value.on_unreachable === 'block')
    say('on_unreachable', 'a soft budget refuses nothing; make it hard or leave this out');
}

export const setBudgetBody = z
  .strictObject({
    name: name.optional(),
    subject: budgetSubject,
    /** Left out: each agent, session, task or run by itself. */
    subject_id: name.optional(),
    period: budgetPeriod,
    ...allowance,
  })
  .superRefine((value, context) => {
    checkAllowance(value, context);
    if (value.subject === 'team' && value.subject_id !== undefined) {
      const message = 'a budget of the team is that of the key; leave it out, or name an agent, session, task or run';
      context.addIssue({ code: 'custom', path: ['subject_id'], message });
    }
  });
export type SetBudgetBody = z.input<typeof setBudgetBody>;

/** What one of those that a budget is about has spent in a period. Money in US dollars, else tokens. */
export const budgetAccount = z.object({
  budget_id: z.string(),
  name: z.string().nullable(),
  subject: budgetSubject,
  /** Whose it is; null: the team's. */
  subject_id: z.string().nullable(),
  /** Where each run counts by itself. */
  run_id: z.string().nullable(),
  period: budgetPeriod,
  measure: budgetMeasure,
  kind: budgetKind,
  /** null: since ever, and without an end. */
  period_start: instant.nullable(),
  period_end: instant.nullable(),
  limit: z.number(),
  /** Stored, or settled by a runner and on its way. */
  spent: z.number(),
  /** The most that open calls can still cost, and what runners hold for the next ones. */
  reserved: z.number(),
  /** Never below 0. */
  remaining: z.number(),
  /** The part of the limit that is spent; above 1 when calls went past the proxy. */
  used: z.number(),
  /** Calls that are in no amount, because nobody knows their price. */
  unpriced_calls: z.int(),
  /** `warn` from `warn_at` on; `reached`: nothing is left. */
  state: z.enum(['ok', 'warn', 'reached']),
});
export type BudgetAccountRow = z.output<typeof budgetAccount>;

export const budgetRow = z.object({
  budget_id: z.string(),
  team_id: z.string(),
  name: z.string().nullable(),
  subject: budgetSubject,
  subject_id: z.string().nullable(),
  period: budgetPeriod,
  measure: budgetMeasure,
  limit: z.number(),
  kind: budgetKind,
  warn_at: z.number(),
  on_unknown: onUnknown,
  on_unreachable: onUnreachable,
  /** Of the team: where its hours, days and months begin. */
  time_zone: z.string(),
  created_by: z.string(),
  created_at: instant,
  /** Those that have spent most in the present period, at most five. */
  accounts: z.array(budgetAccount),
});
export type BudgetRow = z.output<typeof budgetRow>;

export const budgetsQuery = z.strictObject({
  ...teamQuery,
  subject: budgetSubject.optional(),
  subject_id: filter,
  limit: pageQuery.limit,
  offset: pageQuery.offset,
});
export const budgetsAnswer = z.object({ budgets: z.array(budgetRow), ...pageAnswer });
export type BudgetsAnswer = z.output<typeof budgetsAnswer>;

/** Whose: a run stands for its agent, session and task too. Without any, the budgets of the team as a whole. */
export const budgetStatusQuery = z.strictObject({
  ...teamQuery,
  agent_id: filter,
  session_id: filter,
  task_id: filter,
  run_id: filter,
});
export const budgetStatusAnswer = z.object({ accounts: z.array(budgetAccount) });
export type BudgetStatusAnswer = z.output<typeof budgetStatusAnswer>;

/** The budget of one task, as it comes with the task: for all of its runs together. */
export const taskBudget = z.strictObject(allowance).superRefine(checkAllowance);
export type TaskBudget = z.input<typeof taskBudget>;
