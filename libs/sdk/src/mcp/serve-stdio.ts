import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMetricsServer, type MetricsServerOptions } from './metrics-server.ts';

/** Serves MCP on this process's standard streams until the client closes its end. */
export async function serveMetricsOnStdio(
  options: MetricsServerOptions & { onError: (error: Error) => void },
): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
  });
  const serving = serveStdio(() => createMetricsServer(options), { onerror: options.onError });
  await ended;
  await serving.close();
}
