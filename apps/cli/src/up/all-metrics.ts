import { setTimeout as delay } from 'node:timers/promises';
import { mergeMetrics } from '@telltale/runtime/merge-metrics';
import { serveMetrics } from '@telltale/runtime/metrics';
import { CliError, reasonOf } from '../failure.ts';
import type { KeptService } from './services.ts';

/** Prometheus gives up after 10 s; a service that hangs must not keep the others from being seen. */
const withinMs = 3_000;
/** Metrics have no key: they are for this machine. */
const host = '127.0.0.1';

/**
 * One listener shows the metrics of all services together. A default port that is taken only means that there are none,
 * and is said; one that was asked for is refused.
 */
export async function serveAllMetrics(
  services: readonly Pick<KeptService, 'readMetrics'>[],
  { port, isDefault, say }: { port: number | 'off'; isDefault: boolean; say: (line: string) => void },
): Promise<AsyncDisposable> {
  const nothing = { async [Symbol.asyncDispose]() {} };
  if (port === 'off') return nothing;
  const read = async (): Promise<string> => {
    const texts = await Promise.all(
      services.map(async (service) => Promise.race([service.readMetrics(), delay(withinMs, '', { ref: false })])),
    );
    return mergeMetrics(texts);
  };
  try {
    const contentType = 'text/plain; version=0.0.4; charset=utf-8';
    return await serveMetrics({ read, contentType }, { host, port });
  } catch (cause) {
    if (reasonOf(cause) !== 'EADDRINUSE') throw cause;
    if (!isDefault) {
      const message = `Port ${port} for metrics is taken; choose another with TELLTALE_METRICS_PORT, or say off.`;
      throw new CliError(message, { cause });
    }
    say(`no metrics: port ${port} is taken; choose another with TELLTALE_METRICS_PORT`);
    return nothing;
  }
}
