import { z } from 'zod';
import { countsByName, moneyByName } from '../by-name.ts';
import { sums } from '../sums.ts';
import { filter, instant, labelFilters, pageAnswer, pageQuery, periodQuery, teamQuery } from './query.ts';

/** The totals of a period. Averages are null where there is nothing to divide by. */
const periodTotals = {
  sessions: z.int(),
  ...sums,
  avg_cost_per_session: z.number().nullable(),
  avg_tokens_per_session: z.number().nullable(),
  avg_cost_per_call: z.number().nullable(),
  avg_tokens_per_call: z.number().nullable(),
} as const;

/** `period_start` is null for all time. Both ends are what was used after widening to whole buckets. */
export const usedPeriod = { period_start: instant.nullable(), period_end: instant } as const;

export const metricsFilters = {
  agent_id: filter,
  session_id: filter,
  task_id: filter,
  run_id: filter,
  model: filter,
  user_id: filter,
  project: filter,
  host: filter,
  labels: labelFilters,
} as const;

export const summaryQuery = z.strictObject({ ...teamQuery, ...periodQuery, ...metricsFilters });
export const summaryAnswer = z.object({
  ...usedPeriod,
  ...periodTotals,
  /** US dollars; null for a model none of whose calls could be priced. */
  cost_by_model: moneyByName,
  /** Calls that are missing from it, of the models that have such. */
  unpriced_by_model: countsByName,
  calls_by_tool: countsByName,
  errors_by_tool: countsByName,
  slowest_tools: z.array(z.object({ name: z.string(), avg_ms: z.number() })),
  most_expensive_sessions: z.array(z.object({ session_id: z.string(), cost_usd: z.number(), unpriced_calls: z.int() })),
  /**
   * The equal period before, at the same elapsed fraction: to the minute where it lies within two days, else to the nearest
   * quarter hour. Null for all time.
   */
  previous: z.object({ ...usedPeriod, ...periodTotals }).nullable(),
});
export type SummaryAnswer = z.output<typeof summaryAnswer>;

export const sessionRow = z.object({
  session_id: z.string(),
  agent_ids: z.array(z.string()),
  task_ids: z.array(z.string()),
  started_at: instant,
  last_activity: instant,
  /** last_activity − started_at */
  duration_ms: z.number(),
  tools_used: countsByName,
  ...sums,
});
export type SessionRow = z.output<typeof sessionRow>;

/** Sessions that have something of the filters; their totals are those of the filters. */
export const sessionsQuery = z.strictObject({ ...teamQuery, ...pageQuery, ...periodQuery, ...metricsFilters });
export const sessionsAnswer = z.object({ ...usedPeriod, sessions: z.array(sessionRow), ...pageAnswer });
export type SessionsAnswer = z.output<typeof sessionsAnswer>;
