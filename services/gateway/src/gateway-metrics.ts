import type { StreamBatch } from '@telltale/contracts/batch';
import { createMetrics } from '@telltale/runtime/metrics';
import type { Answered } from './traffic/endpoint-traffic.ts';
import { version } from './version.ts';

/** What the gateway counts about itself. */
export function createGatewayMetrics() {
  const metrics = createMetrics({ service: 'gateway', version });
  const requests = metrics.counter({
    name: 'telltale_http_requests_total',
    help: 'Requests answered, by route as declared.',
    labels: ['method', 'route', 'status'],
  });
  const records = metrics.counter({
    name: 'telltale_records_total',
    help: 'Records by how far they came.',
    labels: ['stage', 'kind'],
  });
  const refused = metrics.counter({ name: 'telltale_records_rejected_total', help: 'Records the door refused.' });
  const unknown = metrics.counter({
    name: 'telltale_unknown_fields_total',
    help: 'Fields of accepted records that no schema knows, dropped.',
  });
  return {
    exposed: metrics,
    countRequest: ({ method, route, status }: Pick<Answered, 'method' | 'route' | 'status'>): void => {
      requests.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
    },
    /** A batch that is in the stream. */
    countBatch: (batch: StreamBatch): void => {
      for (const { kind } of batch.records) records.inc({ stage: 'ingested', kind });
      if (batch.rejected > 0) refused.inc(batch.rejected);
    },
    countUnknownFields: (fields: number): void => unknown.inc(fields),
  };
}
export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
