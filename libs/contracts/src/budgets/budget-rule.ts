import { z } from 'zod';

/** Whose spending is held. */
export const budgetSubject = z.enum(['team', 'agent', 'session', 'task', 'run'], {
  error: 'is not one of team, agent, session, task, run',
});
export type BudgetSubject = z.output<typeof budgetSubject>;

/** For how long the limit is: each run by itself, a calendar hour, day or month of the team's time zone, or for ever. */
export const budgetPeriod = z.enum(['run', 'hour', 'day', 'month', 'total'], {
  error: 'is not one of run, hour, day, month, total',
});
export type BudgetPeriod = z.output<typeof budgetPeriod>;

export const budgetMeasure = z.enum(['usd', 'tokens']);
export type BudgetMeasure = z.output<typeof budgetMeasure>;

/** `hard`: a call that does not fit is refused. `soft`: it is only said. */
export const budgetKind = z.enum(['hard', 'soft'], { error: 'is not hard or soft' });
export type BudgetKind = z.output<typeof budgetKind>;

/** What becomes of a call without a known price; it never counts as 0. */
export const onUnknown = z.enum(['allow', 'warn', 'block'], { error: 'is not one of allow, warn, block' });
/** What becomes of a call that does not fit in what was leased, while nobody can be asked for more. */
export const onUnreachable = z.enum(['allow', 'block'], { error: 'is not allow or block' });

/** A budget as who spends needs to know it. */
export const budgetRule = z.object({
  budget_id: z.string(),
  name: z.string().nullable(),
  subject: budgetSubject,
  /** null: each agent, session, task or run by itself. */
  subject_id: z.string().nullable(),
  period: budgetPeriod,
  measure: budgetMeasure,
  /** In units: US dollars × 10^9, or tokens. */
  limit_units: z.int().positive(),
  kind: budgetKind,
  /** The part of the limit that is warned of. */
  warn_at: z.number(),
  on_unknown: onUnknown,
  on_unreachable: onUnreachable,
});
export type BudgetRule = z.output<typeof budgetRule>;
