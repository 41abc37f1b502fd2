import type { MetricsQuestion } from './metrics-question.ts';
import { isAllTime, isShort } from './ranked-units.ts';
import { bucketsOf } from './span.ts';

/**
 * Whether one plan is good for every question like this one. In between, how much of what is stored the period is decides
 * which index leads to the dearest sessions sooner, and only who knows the period can tell.
 */
export function hasOnePlan({ span, now }: Pick<MetricsQuestion, 'span' | 'now'>): boolean {
  const buckets = bucketsOf(span, now);
  return isAllTime(buckets) || isShort(buckets);
}
