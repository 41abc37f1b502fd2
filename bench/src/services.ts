import { nodeFlags } from '@telltale/runtime/node-flags';
import { findFreePort } from './free-port.ts';
import { type Child, startChild } from './children.ts';

const mainOf = (service: string): URL => new URL(`../../services/${service}/src/main.ts`, import.meta.url);

/** Only for keys of a database that is thrown away after the run. */
export const keySecret = 'a-secret-of-the-bench-and-of-nothing-else';

/** The variables every service process of the run gets: the product's own processes, as `telltale up` starts them. */
export const serviceEnvironment = (databaseUrl: string, redisUrl: string): Record<string, string> => ({
  TELLTALE_DATABASE_URL: databaseUrl,
  TELLTALE_REDIS_URL: redisUrl,
  TELLTALE_KEY_SECRET: keySecret,
  TELLTALE_METRICS_PORT: 'off',
});

/** Starts one process of a service and waits until it says so. */
export const startService = (service: 'collector' | 'aggregator', env: Record<string, string>): Promise<Child> =>
  startChild(mainOf(service), { env, nodeFlags });

/** Starts a gateway on a free port. */
export async function startGateway(env: Record<string, string>): Promise<{ child: Child; url: string }> {
  const port = await findFreePort();
  const child = await startChild(mainOf('gateway'), {
    env: { ...env, TELLTALE_PORT: String(port), TELLTALE_HOST: '127.0.0.1' },
    nodeFlags,
  });
  return { child, url: `http://127.0.0.1:${port}` };
}
