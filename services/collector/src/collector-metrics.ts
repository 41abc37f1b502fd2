import type { StreamBatch } from '@telltale/contracts/batch';
import { systemTeam } from '@telltale/contracts/system-team';
import { createMetrics } from '@telltale/runtime/metrics';
import type { StreamConnection } from '@telltale/stream/connect';
import { readStreamLag } from '@telltale/stream/stream-lag';
import type { CountOutside } from './labels/allowed-labels.ts';
import manifest from '../package.json' with { type: 'json' };

/** What a scrape of a collector shows. Counts are this instance's; the lag is of all shards, whoever reads them. */
export function createCollectorMetrics({
  redis,
  countOutside,
}: {
  redis: StreamConnection;
  countOutside: CountOutside;
}) {
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
  const labels = metrics.counter({
    name: 'telltale_labels_dropped_total',
    help: 'Labels of stored records that no total can be filtered by; they stay on the record.',
    labels: ['reason'],
  });
  return {
    exposed: metrics,
    /** A batch that was committed now, its dead letters included; not what the system says about itself. */
    countStored(batch: StreamBatch): void {
      if (batch.team_id === systemTeam) return;
      const outside = countOutside(batch);
      if (outside > 0) labels.inc({ reason: 'not_allowed' }, outside);
      for (const [kind, group] of Map.groupBy(batch.records, (record) => record.kind)) {
        records.inc({ stage: 'stored', kind }, group.length);
      }
    },
  };
}
export type CollectorMetrics = ReturnType<typeof createCollectorMetrics>;
