import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showErrors } from '../views/show-trouble.ts';
import { askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale errors` */
export async function errors(flags: PeriodFlags & FilterFlags & { limit?: number }, context: Context): Promise<void> {
  const list = {
    rows: (answer: { recent_errors: readonly unknown[] }) => answer.recent_errors,
    view: showErrors,
    none: `nothing failed ${periodInWords(flags)}`,
  };
  await askList((api) => api.errors({ ...metricsQuery(flags), limit: flags.limit }), list, flags, context);
}
