import type { Log } from '@telltale/runtime/log';
import { createMetrics, serveMetrics } from '@telltale/runtime/metrics';
import type { Db } from '@telltale/store/database';
import { rollupLagMs, spendByModel } from '@telltale/store/rollup';
import manifest from '../package.json' with { type: 'json' };
import type { AggregatorStats } from './stats.ts';

/** What a scrape of an aggregator shows. Lag and money are read from the store, so every instance tells the same. */
function aggregatorMetrics(db: Db, stats: AggregatorStats) {
  const metrics = createMetrics({ service: 'aggregator', version: manifest.version });
  metrics.gauge(
    { name: 'telltale_rollup_lag_seconds', help: 'Age of the oldest batch that is stored and not folded.' },
    async (gauge) => gauge.set((await rollupLagMs(db)) / 1_000),
  );
  metrics.gauge(
    { name: 'telltale_records_folded_total', help: 'Records this instance folded since its start.' },
    (gauge) => gauge.set(stats.records),
  );
  metrics.gauge(
    { name: 'telltale_llm_cost_usd_total', help: 'Money spent on models, in US dollars.', labels: ['team', 'model'] },
    async (gauge) => {
      gauge.reset();
      for (const { team_id, model, cost_usd } of await spendByModel(db)) gauge.set({ team: team_id, model }, cost_usd);
    },
  );
  return metrics;
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Serves the metrics. Services on one machine share the default port: whoever comes second goes without, and says so. */
export async function exposeMetrics(options: {
  db: Db;
  stats: AggregatorStats;
  address: { host: string; port: number };
  log: Log;
}): Promise<AsyncDisposable> {
  const { db, stats, address, log } = options;
  try {
    return await serveMetrics(aggregatorMetrics(db, stats), address);
  } catch (error) {
    if (!isTaken(error)) throw error;
    log.warn({ port: address.port }, 'no metrics: the port is taken; set TELLTALE_METRICS_PORT');
    return { async [Symbol.asyncDispose]() {} };
  }
}
