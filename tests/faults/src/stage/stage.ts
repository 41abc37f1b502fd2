import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '@telltale/bench/random';
import { freePort } from '@telltale/embedded/free-port';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { startFaultProxy, type FaultProxy } from '@telltale/testkit/fault-proxy';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { createApi, type Api } from './api.ts';
import { createProcesses, type Preload, type Processes, type ServiceName } from './processes.ts';
import type { Servers } from './servers.ts';

export const team = 'faults';
/** Of the product's own programs, as `telltale up` keeps it: a start then costs a fraction. */
export const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/telltale/compile', import.meta.url));
const keySecret = 'a-secret-of-the-fault-suite-and-nothing-else';

/** What a scenario needs besides the four services. */
export type StageOptions = {
  /** Where a fault proxy stands: between the services and Redis or PostgreSQL, or in front of the gateway. */
  proxied?: readonly ('redis' | 'postgres' | 'gateway')[];
  collectors?: 1 | 2;
  redisSettings?: Record<string, string>;
  /** Settings of the services, besides the stage's own. */
  env?: Record<string, string>;
  /** What every service loads before itself. */
  preload?: Preload;
  /** Another PostgreSQL than the suite's, already migrated. */
  databaseUrl?: string;
};

/** Everything a scenario plays with. Proxies are there when asked for. */
export type Stage = AsyncDisposable & {
  folder: string;
  servers: Servers;
  random: Random;
  redis: Awaited<ReturnType<typeof startPrivateRedis>>;
  databaseUrl: string;
  /** As the services see them. */
  env: Record<string, string>;
  proxies: { redis?: FaultProxy; postgres?: FaultProxy; gateway?: FaultProxy };
  processes: Processes;
  services: readonly ServiceName[];
  /** The gateway, directly. */
  api: Api;
  /** The same for another team, with all rights in it. */
  apiOf: (team: string) => Promise<Api>;
  /** The gateway as clients reach it: through the proxy when there is one. */
  clientUrl: string;
};

const placeOf = (url: string): { host: string; port: number } => ({
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
});

/** Starts the product for one scenario: own Redis, own database, real service processes. */
export async function openStage(servers: Servers, options: StageOptions & { seed: number }): Promise<Stage> {
  const { proxied = [], collectors = 1 } = options;
  const random = createRandom(options.seed);
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'telltale-faults-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const redis = opened.use(await startPrivateRedis(options.redisSettings));
  const databaseUrl = options.databaseUrl ?? (await servers.createDatabase());
  if (options.databaseUrl === undefined) opened.defer(async () => void (await servers.dropDatabase(databaseUrl)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;

  const proxies: Stage['proxies'] = {};
  const targets = { redis: redis.url, postgres: databaseUrl, gateway: url };
  for (const name of proxied) {
    proxies[name] = opened.use(await startFaultProxy({ target: placeOf(targets[name]), random: random.next }));
  }
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    NODE_ENV: 'test',
    NODE_COMPILE_CACHE: compileCache,
    TELLTALE_DATABASE_URL: proxies.postgres?.through(databaseUrl) ?? databaseUrl,
    TELLTALE_REDIS_URL: proxies.redis?.through(redis.url) ?? redis.url,
    TELLTALE_KEY_SECRET: keySecret,
    TELLTALE_DATA_DIR: folder,
    TELLTALE_PORT: String(port),
    TELLTALE_METRICS_PORT: 'off',
    // Its own team's records would be nobody's in the books of the load.
    TELLTALE_CANARY: 'false',
    ...options.env,
  };
  const apiOf = async (teamId: string): Promise<Api> => {
    await using db = createDatabase({ url: databaseUrl, max: 1, applicationName: 'faults-set-up' });
    const { key } = await createKey(db.kysely, {
      teamId,
      scopes: ['ingest', 'read', 'runner', 'admin'],
      name: 'faults',
      principal: { kind: 'service', id: 'faults' },
      expiresAt: null,
      keySecret,
      actor: 'user:faults',
    });
    return createApi({ url, key });
  };
  const api = await apiOf(team);
  const { preload } = options;
  const processes = opened.use(createProcesses(env, preload === undefined ? {} : { preload }));
  const services: ServiceName[] = ['gateway', 'collector', 'aggregator'];
  if (collectors === 2) services.push('collector-2');
  await Promise.all(services.map((name) => processes.start(name)));
  const stack = opened.move();
  return {
    folder,
    servers,
    random,
    redis,
    databaseUrl,
    env,
    proxies,
    processes,
    services,
    api,
    apiOf,
    clientUrl: proxies.gateway?.through(url).replace(/\/$/, '') ?? url,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
