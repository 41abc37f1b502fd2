import { join } from 'node:path';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { startRedis } from '@telltale/embedded/redis/start';
import type { RunningServer } from '@telltale/embedded/server';
import { keepAlive } from './keep-alive.ts';
import type { UpSettings } from './settings.ts';

/** Where the data live now, and how to let go of what was started for it. */
export interface Databases {
  databaseUrl: string;
  redisUrl: string;
  /** True when PostgreSQL is ours and not one that somebody named. */
  embedded: boolean;
  stop(withinMs: number): Promise<void>;
}

/** At 80 % of it nothing more is taken in, long before the machine has no memory left. */
const streamMemory = '1gb';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Starts PostgreSQL and Redis side by side, each unless a URL names another, and keeps them alive on their port. When
 * one cannot be had the other is stopped again before the refusal.
 */
export async function startDatabases(
  settings: UpSettings,
  env: Environment,
  options: { say: (line: string) => void; signal: AbortSignal },
): Promise<Databases> {
  const { say, signal } = options;
  const log = { info: say, warn: say };
  const started: { stop(withinMs: number): Promise<void> }[] = [];

  const keep = async (name: string, start: (port?: number) => Promise<RunningServer>): Promise<string> => {
    const from = performance.now();
    let first: RunningServer | undefined;
    const kept = await keepAlive({
      name,
      say,
      start: () => start(first?.port),
      onStart(server) {
        first ??= server;
      },
    });
    started.push(kept);
    if (!first) throw new Error(`${name} has no URL`);
    say(`${name} answers on 127.0.0.1:${first.port} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    return first.url;
  };

  const stop = async (withinMs: number) => {
    await Promise.all(started.map((server) => server.stop(withinMs)));
  };
  const shared = (port?: number) => ({ log, signal, ...(port === undefined ? {} : { port }) });
  const [database, redis] = await Promise.allSettled([
    settings.databaseUrl ??
      keep('PostgreSQL', (port) => startPostgres({ dataDir: join(settings.dataDir, 'postgres'), ...shared(port) })),
    settings.redisUrl ??
      keep('Redis', (port) =>
        startRedis({
          dataDir: join(settings.dataDir, 'redis'),
          appendOnly: true,
          maxMemory: streamMemory,
          env,
          ...shared(port),
        }),
      ),
  ]);
  if (database.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { databaseUrl: database.value, redisUrl: redis.value, embedded: settings.databaseUrl === undefined, stop };
  }
  await stop(2000);
  throw database.status === 'rejected'
    ? database.reason
    : redis.status === 'rejected'
      ? redis.reason
      : new Error('no database');
}
