import { z } from 'zod';
import { storedOverrides } from '../price-rows.ts';
import { budgetRules } from './budget-sync.ts';
import { name } from '../text.ts';
import { teamQuery } from './query.ts';

const above0 = z.number().positive().max(Number.MAX_SAFE_INTEGER);

/** What a run may use at most; what is left out is not limited. Times in ms, sizes in bytes. */
export const runLimits = z.strictObject({
  timeout_ms: above0.optional(),
  /** Without output, call or git activity. */
  idle_timeout_ms: above0.optional(),
  max_cpu_ms: above0.optional(),
  max_memory_bytes: above0.optional(),
  max_processes: z.int().positive().optional(),
  max_output_bytes: above0.optional(),
  max_tokens: z.int().positive().optional(),
  max_usd: z.number().positive().max(1e6).optional(),
  /** Tokens that calls may use while nothing comes of it. */
  max_idle_tokens: z.int().positive().optional(),
});
export type RunLimitsRow = z.output<typeof runLimits>;

/** Whose run it will be. */
export const runTermsQuery = z.strictObject({
  ...teamQuery,
  agent_id: name,
  run_id: name,
  session_id: name.optional(),
  task_id: name.optional(),
});

/** What holds for a run, asked before it starts and again when it changed. */
export const runTerms = z.object({
  /** Those that are about it. */
  budgets: budgetRules,
  /** Of the agent, else of the team, for what the run does not say itself. */
  limits: runLimits,
  /** The rows that correct the price list, of the team and of the instance; null where it says nothing. */
  prices: z.object({ own: storedOverrides.nullable(), shared: storedOverrides.nullable() }),
  /** The most output of one call that this agent had lately; null: none is known. */
  most_output_tokens: z.int().nullable(),
});
export type RunTerms = z.output<typeof runTerms>;

/** Of one agent, or of the team where `agent_id` is null. */
export const limitsRow = z.object({ agent_id: z.string().nullable(), limits: runLimits });
export const limitsAnswer = z.object({ limits: z.array(limitsRow) });
export type LimitsAnswer = z.output<typeof limitsAnswer>;

/** Replaces the limits of one agent, or of the team; an empty object removes them. */
export const setLimitsBody = z.strictObject({ agent_id: name.optional(), limits: runLimits });
export type SetLimitsBody = z.input<typeof setLimitsBody>;
