import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { startRedis } from '@telltale/embedded/redis/start';
import type { Backend } from './backend.ts';

const quiet = { info: () => {}, warn: (message: string) => console.warn(message) };

/** Real servers from local binaries, in a temporary folder, without fsync: durability is what the fault tests start apart. */
export async function startLocalBackend(): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-test-'));
  const [postgres, redis] = await Promise.all([
    startPostgres({
      dataDir: join(folder, 'postgres'),
      log: quiet,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
    }),
    startRedis({
      dataDir: join(folder, 'redis'),
      appendOnly: false,
      log: quiet,
      env: process.env,
      settings: { databases: '512' },
    }),
  ]);
  return {
    kind: 'local',
    postgresUrl: postgres.url,
    redisUrl: redis.url,
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
