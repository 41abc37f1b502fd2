import type { CostByClass } from '@telltale/contracts/http/metrics-detail';
import type { ChartData } from '../charts/series.ts';

const order = ['input', 'cache_read', 'cache_write', 'output', 'reasoning'] as const;
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

/**
 * The cost of each bucket by class of its tokens. `tokens` are the classes that do not overlap; what a token of each
 * class cost is known of the whole time, and shares out what the bucket really came to. Without that it stays one series.
 */
export function costClasses(cost: ChartData, tokens: ChartData, whole: CostByClass | null | undefined): ChartData {
  const [total] = cost.series;
  if (whole === null || whole === undefined || total === undefined) return cost;
  const all = sum(order.map((name) => whole[name]));
  if (all === 0) return cost;
  const prices = order.map((name, at) => {
    const count = sum(tokens.series[at]?.values ?? []);
    return count === 0 ? 0 : whole[name] / count;
  });
  const shares = total.values.map((_, bucket) => {
    const parts = prices.map((price, at) => price * (tokens.series[at]?.values[bucket] ?? 0));
    const of = sum(parts);
    return of === 0 ? order.map((name) => whole[name] / all) : parts.map((part) => part / of);
  });
  return {
    ...cost,
    series: order.map((_, at) => ({
      name: tokens.series[at]?.name ?? '',
      values: total.values.map((value, bucket) => (value === null ? null : value * (shares[bucket]?.[at] ?? 0))),
    })),
  };
}
