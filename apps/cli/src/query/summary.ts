import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showSummary } from '../views/show-summary.ts';
import { ask } from './ask.ts';
import { metricsQuery } from './metrics-query.ts';

/** `telltale summary` */
export async function summary(flags: PeriodFlags & FilterFlags, context: Context): Promise<void> {
  await ask((api) => api.summary(metricsQuery(flags)), showSummary, flags, context);
}
