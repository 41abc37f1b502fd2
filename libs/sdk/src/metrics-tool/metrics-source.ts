import type { TelltaleApi } from '../rest/telltale-api.ts';

/**
 * Who answers the questions of `get_metrics`: the REST client, or whatever reads the same answers nearer to the store.
 */
export type MetricsSource = Pick<
  TelltaleApi,
  'summary' | 'costs' | 'tools' | 'tool' | 'session' | 'slow' | 'errors' | 'run' | 'runs' | 'runEvents' | 'budgetStatus'
>;

/** Whose numbers are asked for: those of one run, or of all that the key sees. */
export type MetricsScope = { runId: string } | { team: true };
