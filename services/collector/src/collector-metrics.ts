import type { StreamBatch } from '@telltale/contracts/batch';
import type { Log } from '@telltale/runtime/log';
import { createMetrics, serveMetrics } from '@telltale/runtime/metrics';
import type { StreamConnection } from '@telltale/stream/connect';
import { readStreamLag } from '@telltale/stream/stream-lag';
import manifest from '../package.json' with { type: 'json' };
import type { CollectorStats } from './stats.ts';

/** What a scrape of a collector shows. Counts are this instance's; the lag is of all shards, whoever reads them. */
export function createCollectorMetrics({ redis, stats }: { redis: StreamConnection; stats: CollectorStats }) {
  const metrics = createMetrics({ service: 'collector', version: manifest.version });
  const records = metrics.counter({
    name: 'telltale_records_total',
    help: 'Records by how far they came.',
    labels: ['stage', 'kind'],
  });
  metrics.gauge(
    { name: 'telltale_stream_lag_seconds', help: 'Age of the oldest batch not stored yet.' },
    async (gauge) => gauge.set((await readStreamLag(redis)).oldest_ms / 1_000),
  );
  metrics.gauge({ name: 'telltale_dead_letters', help: 'Dead letters this instance wrote.' }, (gauge) =>
    gauge.set(stats.dead_letters),
  );
  return {
    exposed: metrics,
    /** A batch that was committed now, its dead letters included. */
    countStored(batch: StreamBatch): void {
      for (const [kind, group] of Map.groupBy(batch.records, (record) => record.kind)) {
        records.inc({ stage: 'stored', kind }, group.length);
      }
    },
  };
}
export type CollectorMetrics = ReturnType<typeof createCollectorMetrics>;

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Serves the metrics. Services on one machine share the default port: whoever comes second goes without, and says so. */
export async function exposeMetrics(options: {
  metrics: CollectorMetrics;
  address: { host: string; port: number };
  log: Log;
}): Promise<AsyncDisposable> {
  const { metrics, address, log } = options;
  try {
    return await serveMetrics(metrics.exposed, address);
  } catch (error) {
    if (!isTaken(error)) throw error;
    log.warn({ port: address.port }, 'no metrics: the port is taken; set TELLTALE_METRICS_PORT');
    return { async [Symbol.asyncDispose]() {} };
  }
}
