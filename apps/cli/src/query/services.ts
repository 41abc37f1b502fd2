import type { FilterFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showServices } from '../views/show-call-stats.ts';
import { ask, askList } from './ask.ts';
import { metricsQuery, periodInWords } from './metrics-query.ts';

/** `telltale services [name]` */
export async function services(
  name: string | undefined,
  flags: PeriodFlags & FilterFlags,
  context: Context,
): Promise<void> {
  const query = metricsQuery(flags);
  if (name !== undefined) {
    await ask((api) => api.service(name, query), showServices, flags, context);
    return;
  }
  const list = {
    rows: (answer: { llm: readonly unknown[]; external: readonly unknown[] }) => [...answer.llm, ...answer.external],
    view: showServices,
    none: `no service calls ${periodInWords(flags)}`,
  };
  await askList((api) => api.services(query), list, flags, context);
}
