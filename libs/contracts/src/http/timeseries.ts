import { z } from 'zod';
import { metricsFilters, usedPeriod } from './metrics.ts';
import { timeZone } from './metrics-detail.ts';
import { instant, periodQuery, teamQuery } from './query.ts';

/** What the shared totals do not have: averages and peaks over the samples of runs, bytes of tools, lines of commits, memory operations. */
export const activityMetrics = [
  'avg_cpu_percent',
  'peak_cpu_percent',
  'avg_memory_bytes',
  'avg_threads',
  'peak_threads',
  'peak_processes',
  'tool_input_bytes',
  'tool_output_bytes',
  'git_files_changed',
  'git_insertions',
  'git_deletions',
  'memory_stores',
  'memory_recalls',
] as const;

/** The shared totals that are numbers, over time, and what there is besides. */
export const seriesMetric = z.enum(
  [
    'llm_calls',
    'llm_errors',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'reasoning_tokens',
    'total_tokens',
    'cost_usd',
    'unpriced_calls',
    'avg_llm_latency_ms',
    'tool_calls',
    'tool_successes',
    'tool_errors',
    'avg_tool_latency_ms',
    'service_calls',
    'git_commits',
    'peak_memory_bytes',
    ...activityMetrics,
  ],
  { error: 'is not a total such as llm_calls, total_tokens, cost_usd, tool_calls or peak_memory_bytes' },
);
export type SeriesMetric = z.output<typeof seriesMetric>;

export const seriesBucket = z.enum(['minute', 'quarter', 'hour', 'day'], {
  error: 'is not one of minute, quarter, hour, day',
});
export type SeriesBucket = z.output<typeof seriesBucket>;

/** An answer has at most so many buckets: a day of minutes, two weeks of quarters, two months of hours, four years. */
export const mostBuckets = 1_500;

export const timeseriesQuery = z.strictObject({
  ...teamQuery,
  ...periodQuery,
  ...metricsFilters,
  metric: seriesMetric,
  /** Minutes are there for the last 48 hours. Left out: hours, or days where the period has more hours than an answer holds. */
  bucket: seriesBucket.optional(),
  /** Of hour and day buckets. */
  time_zone: timeZone.default('UTC'),
});

export const timeseriesAnswer = z.object({
  ...usedPeriod,
  metric: seriesMetric,
  bucket: seriesBucket,
  time_zone: z.string(),
  /** In order and without gaps; none lies in the future. All time begins with the first bucket that holds anything. */
  buckets: z.array(
    z.object({
      start: instant,
      /** Exclusive; the start of the next. */
      end: instant,
      /** 0 where nothing was counted; null where an average or a peak has nothing to be of, or no call had a price. */
      value: z.number().nullable(),
      /** False where the period covers only a part of the bucket, or the bucket is not over. */
      complete: z.boolean(),
      /** Of cost_usd: calls that are missing from it. */
      unpriced_calls: z.int().optional(),
    }),
  ),
});
export type TimeseriesAnswer = z.output<typeof timeseriesAnswer>;
