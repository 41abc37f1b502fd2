import { createGenerator } from './generate.ts';
import { measureLiveLag } from './live-lag.ts';
import type { Lags } from './percentiles.ts';
import { startProduct } from './product-path.ts';
import { measureRowLag } from './row-lag.ts';
import type { Servers } from './servers.ts';
import { startGateway } from './services.ts';

/** Seconds at each part of the top rate: long enough to see a queue grow. */
const partSeconds = 8;

/**
 * Lags under open-loop load: publish → row and publish → browser at the fixed rate, then publish → row at parts of the
 * top rate that was measured before (0 when it was not).
 */
export async function measureLags(
  servers: Servers,
  options: { rate: number; seconds: number; seed: number; topRate: number },
): Promise<{ name: string; lags: Lags }[]> {
  await using product = await startProduct(servers, { database: 'lag', collectors: 1 });
  const { databaseUrl, publishEncoded: publish } = product;
  const generator = createGenerator({ seed: options.seed + 1, team_id: 'bench' });
  const common = { databaseUrl, publish, generator, recordsPerSecond: options.rate, seconds: options.seconds };
  const lags: { name: string; lags: Lags }[] = [];
  // Programs and caches are warm before anything counts.
  await measureRowLag({ ...common, seconds: 3 });
  lags.push({ name: `publish → row at ${options.rate}/s`, lags: await measureRowLag(common) });

  const gateway = await startGateway(product.env);
  try {
    const live = await measureLiveLag({ ...common, gatewayUrl: gateway.url });
    lags.push({ name: `publish → browser at ${options.rate}/s, newest of each message`, lags: live.messages });
    lags.push({ name: `publish → browser at ${options.rate}/s, newest of each frame`, lags: live.frames });
  } finally {
    await gateway.child.stop();
  }
  for (const part of options.topRate > 0 ? [0.1, 0.5, 0.9] : []) {
    const recordsPerSecond = Math.round(options.topRate * part);
    const name = `publish → row at ${recordsPerSecond}/s (${part * 100} % of the top rate)`;
    lags.push({ name, lags: await measureRowLag({ ...common, recordsPerSecond, seconds: partSeconds }) });
  }
  return lags;
}
