import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showCallStats, showTools } from '../views/show-call-stats.ts';
import { ask, askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale tools [name]` */
export async function tools(
  name: string | undefined,
  flags: PeriodFlags & FilterFlags & { limit?: number; offset?: number },
  context: Context,
): Promise<void> {
  const query = metricsQuery(flags);
  if (name !== undefined) {
    await ask((api) => api.tool(name, query), showCallStats, flags, context);
    return;
  }
  const list = {
    rows: (answer: { tools: readonly unknown[] }) => answer.tools,
    view: showTools,
    none: `no tool calls ${periodInWords(flags)}`,
  };
  await askList((api) => api.tools({ ...query, limit: flags.limit, offset: flags.offset }), list, flags, context);
}
