import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { BudgetPort } from './budget-port.ts';

/** Budgets through the gateway: all that a runner elsewhere needs is its URL and a key of scope `runner` or `ingest`. */
export function createGatewayBudgetPort({
  url,
  key,
  team,
}: {
  url: string;
  key: string;
  /** Chooses the team of an operator's key. */
  team: string | undefined;
}): BudgetPort {
  const api = (signal: AbortSignal) =>
    createTelltaleApi(createRestClient({ url, key, ...(team === undefined ? {} : { team }), signal }));
  return {
    terms: ({ agent_id, run_id, session_id, task_id }, signal) =>
      api(signal).runTerms({
        agent_id,
        run_id,
        ...(session_id === undefined ? {} : { session_id }),
        ...(task_id === undefined ? {} : { task_id }),
      }),
    sync: (word, signal) => api(signal).syncBudgets(word),
  };
}
