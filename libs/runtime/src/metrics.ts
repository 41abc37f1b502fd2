import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Names and help of a metric; labels never name an agent, session, run or producer, whose number is not bounded. */
export type MetricShape<L extends string> = { name: `telltale_${string}`; help: string; labels?: readonly L[] };

const toConfig = <L extends string>({ name, help, labels = [] }: MetricShape<L>, registry: Registry) => ({
  name,
  help,
  labelNames: [...labels],
  registers: [registry],
});

/** The metrics of one process, with `telltale_build_info`. Nothing is global: two in one process do not meet. */
export function createMetrics({ service, version }: { service: string; version: string }) {
  const registry = new Registry();
  const build = new Gauge(
    toConfig({ name: 'telltale_build_info', help: 'Which build this is.', labels: ['service', 'version'] }, registry),
  );
  build.set({ service, version }, 1);
  return {
    /** `collect` runs at each scrape; it may reset the counter and count anew what is kept elsewhere. */
    counter: <L extends string>(shape: MetricShape<L>, collect?: (counter: Counter<L>) => Promise<void> | void) =>
      new Counter<L>({
        ...toConfig(shape, registry),
        ...(collect === undefined
          ? {}
          : {
              async collect() {
                await collect(this);
              },
            }),
      }),
    /** `collect` runs at each scrape. */
    gauge: <L extends string>(shape: MetricShape<L>, collect?: (gauge: Gauge<L>) => Promise<void> | void) =>
      new Gauge<L>({
        ...toConfig(shape, registry),
        ...(collect === undefined
          ? {}
          : {
              async collect() {
                await collect(this);
              },
            }),
      }),
    /** `buckets` in the unit of the name, seconds as a rule. */
    histogram: <L extends string>(shape: MetricShape<L> & { buckets: readonly number[] }) =>
      new Histogram<L>({ ...toConfig(shape, registry), buckets: [...shape.buckets] }),
    /** The text of a scrape. */
    read: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
export type Metrics = ReturnType<typeof createMetrics>;

/** `/metrics` on a port of its own, which is not for the outside. Fails when the port is taken. */
export async function serveMetrics(
  metrics: Pick<Metrics, 'read' | 'contentType'>,
  { host, port }: { host: string; port: number },
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.read().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
