import { bucketsOf, type Buckets, type Span } from './span.ts';
import type { SeriesFilter } from './rollup-rows.ts';

/** What every question about a period says. */
export type MetricsQuestion = { teamId: string; span: Span; now: number; filter: SeriesFilter };

/** The period that was read, after widening to whole buckets. */
export type UsedPeriod = { period_start: string | null; period_end: string };

export const usedPeriod = ({ used }: Buckets): UsedPeriod => ({
  period_start: used.from === null ? null : new Date(used.from).toISOString(),
  period_end: new Date(used.to).toISOString(),
});

export function periodOf({ span, now }: Pick<MetricsQuestion, 'span' | 'now'>): Buckets & { period: UsedPeriod } {
  const buckets = bucketsOf(span, now);
  return { ...buckets, period: usedPeriod(buckets) };
}
