import { join } from 'node:path';
import { productRoot } from '../product.ts';
import type { ServiceSpec } from './service-process.ts';
import type { UpSettings } from './settings.ts';

/** In the order in which they stop: first who takes in work, then who stores it. */
const serviceNames = ['agent-runner', 'gateway', 'collector', 'aggregator'] as const;

/** The four services of this clone, configured for one instance. */
export function serviceSpecs(
  settings: UpSettings,
  env: Readonly<Record<string, string | undefined>>,
  own: { databaseUrl: string; redisUrl: string; keySecret: string; url: string; keyFile: string },
): ServiceSpec[] {
  const shared = {
    ...env,
    TELLTALE_DATABASE_URL: own.databaseUrl,
    TELLTALE_REDIS_URL: own.redisUrl,
    TELLTALE_KEY_SECRET: own.keySecret,
    TELLTALE_DATA_DIR: settings.dataDir,
    // The embedded PostgreSQL lies here, so its collectors see how much space is left.
    ...(settings.databaseUrl === undefined && {
      TELLTALE_DATABASE_FOLDER: settings.dataDir,
      // On somebody's own disk: the oldest days go before it is full.
      TELLTALE_RETENTION_SIZE: env['TELLTALE_RETENTION_SIZE'] ?? '5GB',
    }),
    TELLTALE_HOST: settings.host,
    TELLTALE_PORT: String(settings.port),
    // Whether the address may be open was decided here, once.
    TELLTALE_INSECURE_HTTP: 'true',
    // They tell `up`, whose one listener shows those of all.
    TELLTALE_METRICS_PORT: 'off',
    NODE_COMPILE_CACHE: join(productRoot, 'node_modules/.cache/telltale/compile'),
  };
  const link = { TELLTALE_URL: own.url, TELLTALE_API_KEY: undefined, TELLTALE_API_KEY_FILE: own.keyFile };
  return serviceNames.map((name) => ({
    name,
    main: join(productRoot, 'services', name, 'src/main.ts'),
    // It speaks to this gateway and no other, whatever the person's own variables name.
    env: name === 'agent-runner' ? { ...shared, ...link } : shared,
    logFile: join(settings.dataDir, 'logs', `${name}.log`),
  }));
}
