import { z } from 'zod';
import type { Log } from './log.ts';
import { serveMetrics, type Metrics } from './metrics.ts';

/** A parent asks its services for their metrics over ipc, so that one listener can show those of all. */
export const metricsQuestion = z.object({ type: z.literal('metrics?'), id: z.int() });
export const metricsReply = z.object({ type: z.literal('metrics'), id: z.int(), text: z.string() });

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/**
 * Shows the metrics on their port, and to the parent that asks. Services on one machine share the default port: whoever
 * comes second goes without, and says so.
 */
export async function exposeMetrics(options: {
  metrics: Pick<Metrics, 'read' | 'contentType'>;
  host: string;
  port: number | 'off';
  log: Log;
}): Promise<AsyncDisposable> {
  const { metrics, host, port, log } = options;
  const answer = (message: unknown): void => {
    const question = metricsQuestion.safeParse(message).data;
    if (question === undefined) return;
    metrics.read().then(
      (text) => process.send?.({ type: 'metrics', id: question.id, text }),
      (error: unknown) => log.warn({ err: error }, 'the metrics could not be read'),
    );
  };
  process.on('message', answer);
  let server: AsyncDisposable | undefined;
  try {
    if (port !== 'off') server = await serveMetrics(metrics, { host, port });
  } catch (error) {
    if (!isTaken(error)) {
      process.off('message', answer);
      throw error;
    }
    log.warn({ port }, 'no metrics: the port is taken; set TELLTALE_METRICS_PORT');
  }
  return {
    async [Symbol.asyncDispose]() {
      process.off('message', answer);
      await server?.[Symbol.asyncDispose]();
    },
  };
}
