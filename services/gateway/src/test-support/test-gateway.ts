import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@telltale/contracts/http/keys';
import { createLog } from '@telltale/runtime/log';
import { createKey, createOperatorKey } from '@telltale/store/config';
import { createDatabase, type Db } from '@telltale/store/database';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import type { GatewayConfig } from '../config.ts';
import { createGateway, type Gateway } from '../service.ts';

export const keySecret = 'a pepper for tests, longer than 32 characters';

export type TestGateway = AsyncDisposable & {
  gateway: Gateway;
  db: Db;
  redisUrl: string;
  databaseUrl: string;
  /** Headers with a key of that team and those scopes. */
  as(team: string, ...scopes: Scope[]): Promise<{ authorization: string }>;
  operator: { authorization: string };
};

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** The whole gateway on a database and a Redis of its own (or on given servers), listening on a free port. */
export async function createTestGateway(
  servers: {
    database?: { url: string };
    redis?: { url: string };
    config?: Partial<GatewayConfig>;
    dashboardFolder?: string;
  } = {},
): Promise<TestGateway> {
  const stack = new AsyncDisposableStack();
  const database = servers.database ?? stack.use(await createTestDatabase());
  const redis = servers.redis ?? stack.use(await createTestRedis());
  const { kysely: db } = stack.use(createDatabase({ url: database.url, max: 2, applicationName: 'gateway-test' }));
  const config = {
    databaseUrl: database.url,
    redisUrl: redis.url,
    keySecret,
    host: '127.0.0.1',
    port: 0,
    metricsPort: 'off' as const,
    otlp: { port: 'off' as const, grpcPort: 'off' as const },
    publicUrl: undefined,
    tls: undefined,
    trustedProxies: [],
    artifacts: {
      place: { folder: stack.adopt(mkdtempSync(join(tmpdir(), 'artifacts-')), removeFolder) },
      quota: 1_000_000_000,
      whenFull: 'refuse' as const,
      keptMs: null,
    },
    relayFolder: stack.adopt(mkdtempSync(join(tmpdir(), 'relay-')), removeFolder),
    canary: false,
    outside: { repoPoolUrl: undefined, repoPoolUrlFile: '/nonexistent', llm: null },
    taskLeaseMs: 30_000,
    failpoint: () => undefined,
    intake: { maxLagMs: 600_000, teamShare: 0.5, teamRate: null, teamRates: new Map<string, number>() },
    ...servers.config,
  };
  const { dashboardFolder } = servers;
  const gateway = stack.use(
    await createGateway({
      config,
      log: createLog({ service: 'gateway', level: 'silent' }),
      ...(dashboardFolder === undefined ? {} : { dashboardFolder }),
    }),
  );
  const operator = bearer((await createOperatorKey(db, { keySecret, name: 'operator' })).key);
  return {
    gateway,
    db,
    redisUrl: redis.url,
    databaseUrl: database.url,
    operator,
    async as(team, ...scopes) {
      const principal = { kind: 'service', id: 'test' } as const;
      const wanted = { teamId: team, scopes, name: 'test', principal, expiresAt: null, keySecret, actor: 'user:test' };
      return bearer((await createKey(db, wanted)).key);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
