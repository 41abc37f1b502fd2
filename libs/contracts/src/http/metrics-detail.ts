import { z } from 'zod';
import { countsByName } from '../by-name.ts';
import { sums, total } from '../sums.ts';
import { metricsFilters, usedPeriod } from './metrics.ts';
import { instant, pageAnswer, pageQuery, periodQuery, teamQuery, wholeNumber } from './query.ts';

/**
 * Names of the IANA time zone database without an area. Whatever else is one word is refused: IST or PST mean one zone to
 * JavaScript, another to PostgreSQL, and none to the database of zones.
 */
const oneWord = new Set(
  (
    'CET CST6CDT CUBA EET EGYPT EIRE EST EST5EDT GB GB-EIRE GMT GMT+0 GMT-0 GMT0 GREENWICH HONGKONG HST ICELAND IRAN ISRAEL ' +
    'JAMAICA JAPAN KWAJALEIN LIBYA MET MST MST7MDT NAVAJO NZ NZ-CHAT POLAND PORTUGAL PRC PST8PDT ROC ROK SINGAPORE TURKEY UCT ' +
    'UNIVERSAL UTC W-SU WET ZULU'
  ).split(' '),
);

/** A name of the IANA time zone database; also zones whose offset has 30 or 45 minutes. */
export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => isTimeZone(zone), { error: 'is not an IANA time zone such as Europe/Berlin' });

/** Names that were right: asking whether one is takes a millisecond. */
const zones = new Set<string>();
const mostZones = 1_000;

function isTimeZone(zone: string): boolean {
  if (zones.has(zone)) return true;
  const known = isKnownZone(zone);
  if (known && zones.size < mostZones) zones.add(zone);
  return known;
}

function isKnownZone(zone: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    const isNamed = zone.includes('/') ? !/^systemv\//i.test(zone) : oneWord.has(zone.toUpperCase());
    return isNamed && !/^[+-]/.test(timeZone);
  } catch {
    return false;
  }
}

export const costGroup = z.enum([
  'model',
  'provider',
  'day',
  'hour',
  'session',
  'agent',
  'task',
  'run',
  'user',
  'project',
  'host',
]);
export type CostGroup = z.output<typeof costGroup>;

const question = { ...teamQuery, ...periodQuery, ...metricsFilters } as const;
/** Shorter lists than elsewhere by default. */
const shortPage = { ...pageQuery, limit: wholeNumber(1, 100).default(10) } as const;

export const costsQuery = z.strictObject({
  ...question,
  group_by: costGroup.default('model'),
  /** Of day and hour buckets. */
  time_zone: timeZone.default('UTC'),
  /** Whether the answer says what each class of tokens cost. */
  by_class: z.enum(['true', 'false'], { error: 'is not true or false' }).default('false'),
});
/** US dollars. Classes do not overlap: `input` neither came from nor went to a cache, `output` is no reasoning. */
const costByClass = z.object({
  input: z.number(),
  cache_read: z.number(),
  cache_write: z.number(),
  output: z.number(),
  reasoning: z.number(),
});
export type CostByClass = z.output<typeof costByClass>;
/** Groups of one answer; of more the dearest are told. */
export const mostCostGroups = 1_000;
export const costsAnswer = z.object({
  ...usedPeriod,
  group_by: costGroup,
  total_cost_usd: z.number().nullable(),
  /** Most expensive first, times in order; at most 1,000. `key` is null for what has no such value. */
  groups: z.array(
    z.object({
      key: z.string().nullable(),
      cost_usd: z.number().nullable(),
      calls: z.int(),
      /** Of them, those that are missing from the cost, and whether there are such. */
      unpriced_calls: z.int(),
      partial: z.boolean(),
      total_tokens: total,
    }),
  ),
  /** What the groups that are not listed came to, so that all add up to the total; absent where every group is listed. */
  not_listed: z
    .object({
      cost_usd: z.number().nullable(),
      calls: z.int(),
      unpriced_calls: z.int(),
      partial: z.boolean(),
      total_tokens: total,
    })
    .optional(),
  /** Over the calls that could be priced. */
  avg_cost_per_call: z.number().nullable(),
  avg_tokens_per_call: z.number().nullable(),
  unpriced_calls: z.int(),
  /** Calls in the total whose amount is estimated or approximate. */
  estimated_calls: z.int(),
  partial: z.boolean(),
  /**
   * With `by_class=true`: the total by class of tokens. What each model cost is shared out by the prices a mean call of it
   * has now; null where nothing has a price.
   */
  cost_by_class: costByClass
    .nullable()
    .optional()
    .describe(
      'An estimate: what each model cost, shared out by the prices that a mean call of it has now. The whole of it is exact.',
    ),
});
export type CostsAnswer = z.output<typeof costsAnswer>;

const percentile = z.number().nullable();

/** `model` is the name that was asked for, the money that of the model billed. Latencies are within 1 % of exact; null where no call gave a duration. */
export const modelRow = z.object({
  model: z.string(),
  ...sums,
  p50_latency_ms: percentile,
  p90_latency_ms: percentile,
  p95_latency_ms: percentile,
  p99_latency_ms: percentile,
  p50_ttft_ms: percentile,
  p95_ttft_ms: percentile,
  /** (input + output) / seconds of the calls that gave a duration; 0 when that is 0. */
  tokens_per_second: z.number(),
  output_tokens_per_second: z.number(),
});
export type ModelRow = z.output<typeof modelRow>;
export const modelsQuery = z.strictObject(question);
export const modelsAnswer = z.object({ ...usedPeriod, models: z.array(modelRow) });

export const callStats = z.object({
  name: z.string(),
  calls: z.int(),
  successes: z.int(),
  errors: z.int(),
  /** 0–100 */
  success_rate: z.number(),
  avg_duration_ms: z.number().nullable(),
  p50_duration_ms: percentile,
  p90_duration_ms: percentile,
  p95_duration_ms: percentile,
  p99_duration_ms: percentile,
  /** The newest error message that is still kept. */
  last_error: z.string().nullable(),
});
export type CallStats = z.output<typeof callStats>;

export const toolsQuery = z.strictObject({ ...question, ...shortPage });
export const toolsAnswer = z.object({ ...usedPeriod, tools: z.array(callStats), ...pageAnswer });
export type ToolsAnswer = z.output<typeof toolsAnswer>;
export const statsQuery = z.strictObject(question);
export const servicesAnswer = z.object({ ...usedPeriod, llm: z.array(callStats), external: z.array(callStats) });
export type ServicesAnswer = z.output<typeof servicesAnswer>;

/** Totals of the period by agent or task, most expensive first. */
export const rankedQuery = z.strictObject({ ...question, ...pageQuery });
export const rankedAgents = z.object({
  ...usedPeriod,
  agents: z.array(z.object({ agent_id: z.string(), ...sums })),
  ...pageAnswer,
});
export type AgentsOfPeriod = z.output<typeof rankedAgents>;
export const rankedTasks = z.object({
  ...usedPeriod,
  tasks: z.array(z.object({ task_id: z.string(), ...sums })),
  ...pageAnswer,
});

/** The model is that requested or that billed; calls to tools have none. */
const recordFilters = {
  ...question,
  limit: wholeNumber(1, 100).default(10),
} as const;

export const slowQuery = z.strictObject({
  ...recordFilters,
  /** An operation that took at least so long is slow; 0 lists all that were timed. */
  threshold_ms: wholeNumber(0, 86_400_000).default(5_000),
});
export const slowAnswer = z.object({
  ...usedPeriod,
  slow_operations: z.array(
    z.object({
      type: z.enum(['llm_call', 'tool_call', 'service_call']),
      id: z.string(),
      name: z.string(),
      duration_ms: z.number(),
      timestamp: instant,
      session_id: z.string().nullable(),
    }),
  ),
});
export type SlowAnswer = z.output<typeof slowAnswer>;

export const errorsQuery = z.strictObject(recordFilters);
export const errorsAnswer = z.object({
  ...usedPeriod,
  recent_errors: z.array(
    z.object({
      kind: z.enum(['llm_call', 'tool_call', 'service_call']),
      /** Of the tool, of the model that was asked for or of the service. */
      name: z.string(),
      /** Of a tool_call. */
      tool: z.string().nullable(),
      /** The first 200 characters. */
      error: z.string(),
      timestamp: instant,
      session_id: z.string().nullable(),
    }),
  ),
  error_counts_by_tool: countsByName,
  error_counts_by_kind: z.object({ llm_call: total, tool_call: total, service_call: total }),
});
export type ErrorsAnswer = z.output<typeof errorsAnswer>;
