import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showSlow } from '../views/show-trouble.ts';
import { askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale slow` */
export async function slow(
  flags: PeriodFlags & FilterFlags & { limit?: number; thresholdMs?: number },
  context: Context,
): Promise<void> {
  const query = { ...metricsQuery(flags), limit: flags.limit, threshold_ms: flags.thresholdMs };
  const list = {
    rows: (answer: { slow_operations: readonly unknown[] }) => answer.slow_operations,
    view: showSlow,
    none: `nothing took ${flags.thresholdMs ?? 5_000} ms or longer ${periodInWords(flags)}`,
  };
  await askList((api) => api.slow(query), list, flags, context);
}
