import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { startRedis } from '@telltale/embedded/redis/start';
import { migrate } from '@telltale/store/migrate';
import { Client } from 'pg';

const quiet = { info: () => {}, warn: (message: string) => console.error(message) };

/** A PostgreSQL and a Redis as the embedded product starts them, in a folder of their own that goes when they go. */
export async function startServers() {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log: quiet });
  const redis = await startRedis({ dataDir: join(folder, 'redis'), appendOnly: true, log: quiet });
  return {
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    redisUrl: redis.url,
    /** A migrated database of its own on the one server, so that both paths write to the same disk and cache. */
    async createDatabase(name: string): Promise<string> {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      try {
        await client.query(`create database ${name}`);
      } finally {
        await client.end();
      }
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      await migrate({ url: url.href });
      return url.href;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await redis.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Servers = Awaited<ReturnType<typeof startServers>>;
