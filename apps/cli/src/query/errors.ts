import type { ErrorsAnswer } from '@telltale/contracts/http/metrics-detail';
import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showErrors } from '../views/show-trouble.ts';
import { askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale errors` */
export async function errors(flags: PeriodFlags & FilterFlags & { limit?: number }, context: Context): Promise<void> {
  const list = {
    // What was aborted, or failed before the records that are kept, is counted and not listed.
    rows: ({ recent_errors, error_counts_by_kind }: ErrorsAnswer) => [
      ...recent_errors,
      ...Object.values(error_counts_by_kind).filter((count) => count > 0),
    ],
    view: showErrors,
    none: `nothing failed ${periodInWords(flags)}`,
  };
  await askList((api) => api.errors({ ...metricsQuery(flags), limit: flags.limit }), list, flags, context);
}
