import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { startRedis } from '@telltale/embedded/redis/start';
import { migrate } from '@telltale/store/migrate';
import { Client } from 'pg';

/** Says warnings alone. */
export const quiet = { info: () => {}, warn: (message: string) => console.error(message) };

/**
 * A PostgreSQL and a Redis as the embedded product starts them, in a folder of their own that goes when they go, unless
 * it is named: then PostgreSQL's stays and is used again. Redis always begins empty: entries of a run before, which nobody
 * stores, would be looked at each second.
 */
export async function startServers({
  keep,
  settings = {},
}: { keep?: string | undefined; settings?: Record<string, string> } = {}) {
  const folder = keep ?? (await mkdtemp(join(tmpdir(), 'telltale-bench-')));
  await mkdir(folder, { recursive: true });
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings, log: quiet });
  await rm(join(folder, 'redis'), { recursive: true, force: true });
  const redis = await startRedis({ dataDir: join(folder, 'redis'), appendOnly: true, log: quiet });
  return {
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    redisUrl: redis.url,
    /** A migrated database of its own on the one server, so that both paths write to the same disk and cache. */
    async createDatabase(name: string): Promise<string> {
      return (await openDatabase(postgres.url, name)).url;
    },
    /** The same, but one that is there is used as it is: `made` says whether it was not. */
    openDatabase: (name: string) => openDatabase(postgres.url, name),
    /** A database under that name that `fill` has come to the end of; one that it was ended in the middle of is begun again. */
    fillDatabase: (name: string, fill: (url: string) => Promise<void>) => fillDatabase(postgres.url, name, fill),
    async [Symbol.asyncDispose](): Promise<void> {
      await redis.stop();
      await postgres.stop();
      if (keep === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openDatabase(server: string, name: string): Promise<{ url: string; made: boolean }> {
  const client = new Client({ connectionString: server });
  await client.connect();
  let made: boolean;
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    made = rowCount === 0;
    if (made) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate({ url: url.href });
  return { url: url.href, made };
}
async function fillDatabase(server: string, name: string, fill: (url: string) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    await client.query(`drop database if exists ${name}_half with (force)`);
    await fill((await openDatabase(server, `${name}_half`)).url);
    await client.query(`alter database ${name}_half rename to ${name}`);
  } finally {
    await client.end();
  }
}
export type Servers = Awaited<ReturnType<typeof startServers>>;
