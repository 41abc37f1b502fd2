import { TelltaleError } from '@telltale/contracts/errors';
import { callRow, callsAnswer, callsQuery } from '@telltale/contracts/http/records';
import { listCalls } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { recordList, type RecordDeps } from './record-list.ts';

type Query = z.output<typeof callsQuery>;

/** Filters that only some kinds have; asking the others for them is a mistake, not an empty answer. */
const filtersOf: Record<Query['kind'], ReadonlySet<string>> = {
  llm_call: new Set(['model']),
  tool_call: new Set(['tool']),
  service_call: new Set(['model', 'service']),
};

function demandFitting(query: Query): void {
  const refuse = (parameter: string, detail: string): never => {
    throw new TelltaleError('invalid_request', `${parameter}: ${detail}`, {
      errors: [{ parameter, code: 'unsupported_filter', detail }],
    });
  };
  for (const name of ['model', 'tool', 'service'] as const) {
    if (query[name] !== undefined && !filtersOf[query.kind].has(name)) refuse(name, `is no filter of ${query.kind}`);
  }
  if (query.kind !== 'llm_call' && query.status === 'aborted') refuse('status', 'aborted is said of an llm_call only');
}

const rows = z.array(callRow);

export function getCalls(app: ZodApp, deps: RecordDeps): void {
  const list = recordList('calls', deps);
  app.get(
    '/api/v1/calls',
    {
      config: allow('read'),
      schema: { querystring: callsQuery, ...documented('Runs', 'Calls one by one', { 200: callsAnswer }) },
    },
    async ({ team, query }) => {
      demandFitting(query);
      const { kind, model, tool, service, status, q } = query;
      const page = { ...(await list.page(team, query)), kind, model, tool, service, status, q };
      const found = await listCalls(deps.db, page);
      return { calls: rows.parse(found.records), ...list.rest(team, query, found) };
    },
  );
}
