import { TelltaleError } from '@telltale/contracts/errors';
import { servicesAnswer, statsQuery } from '@telltale/contracts/http/metrics-detail';
import { name } from '@telltale/contracts/text';
import { readCallStats } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { metricsQuestion } from './metrics-question.ts';
import { narrowedBy } from './narrowed-by.ts';

const note = narrowedBy('service', ['service'], { bins: true });

/** LLM services apart from the others; one name may be both. */
export function getServices(app: ZodApp, deps: ReadDeps): void {
  const ask = async (team: string, query: z.output<typeof statsQuery>, service?: string) => {
    const question = await metricsQuestion(deps, team, query);
    const filter = { ...question.filter, service };
    const { rows, period_start, period_end } = await readCallStats(deps.planned, 'service', { ...question, filter });
    const isLlm = ({ category }: { category: string | null }): boolean => category === 'llm';
    const external = rows.filter((row) => !isLlm(row));
    return { period_start, period_end, llm: rows.filter(isLlm), external };
  };
  app.get(
    '/api/v1/metrics/services',
    {
      config: allow('read'),
      schema: {
        querystring: statsQuery,
        ...documented('Metrics', 'Services, most used first', { 200: servicesAnswer }, { note }),
      },
    },
    async ({ team, query }) => ask(team, query),
  );
  app.get(
    '/api/v1/metrics/services/:name',
    {
      config: allow('read'),
      schema: {
        params: z.object({ name }),
        querystring: statsQuery,
        ...documented('Metrics', 'One service', { 200: servicesAnswer }, { note }),
      },
    },
    async ({ team, params, query }) => {
      const found = await ask(team, query, params.name);
      if (found.llm.length + found.external.length > 0) return found;
      throw new TelltaleError('not_found', 'no call of such a service in this period');
    },
  );
}
