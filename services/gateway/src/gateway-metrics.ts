import type { StreamBatch } from '@telltale/contracts/batch';
import { createMetrics } from '@telltale/runtime/metrics';
import type { GateState, RefusalReason } from '@telltale/stream/intake-gate';
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
  const late = metrics.counter({
    name: 'telltale_late_duplicates_total',
    help: 'Records that came again when they had long been stored.',
  });
  const turnedAway = metrics.counter({
    name: 'telltale_batches_refused_total',
    help: 'Batches that were sent back to be sent again later, by why.',
    labels: ['reason'],
  });
  const canary = metrics.histogram({
    name: 'telltale_canary_duration_seconds',
    help: 'From publishing a record to seeing it in the live channel, once a second.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  const otlp = metrics.counter({
    name: 'telltale_otlp_items_total',
    help: "Spans, log records and data points taken in over OTLP: kept as records, unused (a client's internals, or told again elsewhere), rejected.",
    labels: ['signal', 'outcome'],
  });
  const byReason: Record<RefusalReason, number> = { memory: 0, lag: 0, team_share: 0, team_rate: 0 };
  return {
    exposed: metrics,
    countRefused: (reason: RefusalReason): void => {
      byReason[reason] += 1;
      turnedAway.inc({ reason });
    },
    /** Since the start of this gateway. */
    refused: (): Readonly<Record<RefusalReason, number>> => byReason,
    /** How full the stream is, and whether anything is taken in. */
    watchGate(state: () => GateState): void {
      metrics.gauge(
        { name: 'telltale_stream_memory_ratio', help: 'Memory of the stream in use, of what it may use.' },
        (gauge) => {
          const { pressure } = state();
          if (pressure !== null && pressure.limitBytes > 0) gauge.set(pressure.usedBytes / pressure.limitBytes);
        },
      );
      metrics.gauge({ name: 'telltale_intake_open', help: '1 while records are taken in, 0 while not.' }, (gauge) =>
        gauge.set(state().closed === null ? 1 : 0),
      );
    },
    timeCanary: (ms: number): void => canary.observe(ms / 1_000),
    countRequest: ({ method, route, status }: Pick<Answered, 'method' | 'route' | 'status'>): void => {
      requests.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
    },
    /** What the relay keeps because the ledger is not known to have it. */
    watchRelay(unstored: () => number): void {
      const help = 'Batches that were taken and are not known to be stored.';
      metrics.gauge({ name: 'telltale_relay_unstored_batches', help }, (gauge) => gauge.set(unstored()));
    },
    /** Records that came again when they had long been stored. */
    countLate: ({ records: again }: StreamBatch): void => late.inc(again.length),
    /** A batch that is in the stream. */
    countBatch: (batch: StreamBatch): void => {
      const kinds = new Map<string, number>();
      for (const { kind } of batch.records) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      for (const [kind, count] of kinds) records.inc({ stage: 'ingested', kind }, count);
      if (batch.rejected > 0) refused.inc(batch.rejected);
    },
    countOtlp: (signal: string, counts: Readonly<Record<'kept' | 'unused' | 'rejected', number>>): void => {
      for (const [outcome, items] of Object.entries(counts)) if (items > 0) otlp.inc({ signal, outcome }, items);
    },
    countUnknownFields: (fields: number): void => unknown.inc(fields),
  };
}
export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
