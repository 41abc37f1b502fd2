import type { CostGroup } from '@telltale/contracts/http/metrics-detail';
import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showCosts } from '../views/show-costs.ts';
import { askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale costs` */
export async function costs(
  flags: PeriodFlags & FilterFlags & { groupBy: CostGroup; timeZone?: string },
  context: Context,
): Promise<void> {
  const query = { ...metricsQuery(flags), group_by: flags.groupBy, time_zone: flags.timeZone };
  const list = {
    rows: (answer: { groups: readonly unknown[] }) => answer.groups,
    view: showCosts,
    none: `no LLM calls ${periodInWords(flags)}`,
  };
  await askList((api) => api.costs(query), list, flags, context);
}
