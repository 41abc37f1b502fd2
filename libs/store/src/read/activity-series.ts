import type { activityMetrics, SeriesMetric } from '@telltale/contracts/http/timeseries';
import { sql, type RawBuilder } from 'kysely';

type ActivityMetric = (typeof activityMetrics)[number];

const mean = (column: string, digits: number): RawBuilder<unknown> =>
  sql`round(sum(${sql.ref(`r.${column}`)}) / nullif(sum(r.samples), 0), ${sql.lit(digits)})`;
const count = (column: string): RawBuilder<unknown> => sql`coalesce(sum(${sql.ref(`r.${column}`)}), 0)`;

/** Aggregates over `rollup` (as `r`). Of no sample there is no average and no peak, and of no size no bytes: null, never 0. */
const aggregates: Record<ActivityMetric, RawBuilder<unknown>> = {
  avg_cpu_percent: sql`round(sum(r.cpu_milli) / nullif(sum(r.samples), 0) / 1000, 3)`,
  peak_cpu_percent: sql`max(r.cpu_peak)`,
  avg_memory_bytes: mean('memory_sum', 0),
  avg_threads: mean('threads_sum', 1),
  peak_threads: sql`max(r.threads_peak)`,
  peak_processes: sql`max(r.processes_peak)`,
  tool_input_bytes: sql`sum(r.tool_input_bytes)`,
  tool_output_bytes: sql`sum(r.tool_output_bytes)`,
  git_files_changed: count('git_files'),
  git_insertions: count('git_insertions'),
  git_deletions: count('git_deletions'),
  memory_stores: count('memory_stores'),
  memory_recalls: count('memory_recalls'),
};

export const isActivityMetric = (metric: SeriesMetric): metric is ActivityMetric => metric in aggregates;

export const activityAggregate = (metric: ActivityMetric): RawBuilder<unknown> => aggregates[metric];

/** What a bucket without anything has. */
export const activityOfNothing = (metric: ActivityMetric): number | null =>
  /^(avg|peak)_|_bytes$/.test(metric) ? null : 0;
