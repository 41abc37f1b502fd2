import { createMetrics, type Metrics } from '@telltale/runtime/metrics';
import type { Db } from '@telltale/store/database';
import { countStore, rollupLagMs, spendByModel } from '@telltale/store/rollup';
import manifest from '../package.json' with { type: 'json' };
import type { AggregatorStats } from './stats.ts';

/**
 * What a scrape of an aggregator shows. Lags, money, runs and letters are read from the store, so every instance tells
 * the same: of several, one is to be looked at.
 */
export function createAggregatorMetrics(db: Db, stats: AggregatorStats): Metrics {
  const metrics = createMetrics({ service: 'aggregator', version: manifest.version });
  metrics.gauge(
    { name: 'telltale_rollup_lag_seconds', help: 'Age of the oldest batch that is stored and not folded.' },
    async (gauge) => gauge.set((await rollupLagMs(db)) / 1_000),
  );
  metrics.counter(
    { name: 'telltale_records_folded_total', help: 'Records this instance folded since its start.' },
    (counter) => {
      counter.reset();
      counter.inc(stats.records);
    },
  );
  metrics.counter(
    { name: 'telltale_llm_cost_usd_total', help: 'Money spent on models, in US dollars.', labels: ['team', 'model'] },
    async (counter) => {
      const spent = await spendByModel(db);
      counter.reset();
      for (const { team_id, model, cost_usd } of spent) counter.inc({ team: team_id, model }, cost_usd);
    },
  );

  // One look at the store serves all metrics of a scrape that stand on it.
  let counted: { at: number; counts: ReturnType<typeof countStore> } | undefined;
  const counts = (): ReturnType<typeof countStore> => {
    const at = performance.now();
    if (counted === undefined || at - counted.at > 1_000) counted = { at, counts: countStore(db) };
    return counted.counts;
  };
  metrics.gauge({ name: 'telltale_dead_letters', help: 'Dead letters in the store.' }, async (gauge) =>
    gauge.set((await counts()).deadLetters),
  );
  metrics.counter(
    { name: 'telltale_records_dropped_total', help: 'Records that producers dropped, by why.', labels: ['reason'] },
    async (counter) => {
      const { dropped } = await counts();
      counter.reset();
      for (const [reason, n] of dropped) counter.inc({ reason }, n);
    },
  );
  metrics.gauge(
    { name: 'telltale_lost_batches', help: 'Batches that were given up, by why.', labels: ['reason'] },
    async (gauge) => {
      const { lostBatches } = await counts();
      gauge.reset();
      for (const [reason, n] of lostBatches) gauge.set({ reason }, n);
    },
  );
  const entries =
    'Records in the books of all producers: issued = stored + dead_lettered + rejected + dropped + open (or lost).';
  metrics.gauge({ name: 'telltale_books_records', help: entries, labels: ['entry'] }, async (gauge) => {
    for (const [entry, n] of Object.entries((await counts()).books)) gauge.set({ entry }, n);
  });
  metrics.gauge(
    { name: 'telltale_runs', help: 'Runs that the store knows, by their state.', labels: ['state'] },
    async (gauge) => {
      const { running, ends } = await counts();
      gauge.set({ state: 'running' }, running);
      gauge.set(
        { state: 'ended' },
        [...ends.values()].reduce((sum, n) => sum + n, 0),
      );
    },
  );
  metrics.counter(
    { name: 'telltale_run_ends_total', help: 'Ended runs, by how they ended.', labels: ['reason'] },
    async (counter) => {
      const { ends } = await counts();
      counter.reset();
      for (const [reason, n] of ends) counter.inc({ reason }, n);
    },
  );
  return metrics;
}
