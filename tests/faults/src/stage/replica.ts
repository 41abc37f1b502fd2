import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@telltale/embedded/redis/start';
import { until } from '@telltale/testkit/until';
import { redisDo } from './redis-do.ts';

/** A replica of a Redis, which may fall behind and take over. */
export async function startReplica(primaryUrl: string) {
  const primary = new URL(primaryUrl);
  const folder = await mkdtemp(join(tmpdir(), 'telltale-replica-'));
  // Whoever takes over is reached with the same password.
  await writeFile(join(folder, 'password'), primary.password, { mode: 0o600 });
  const server = await startRedis({
    dataDir: folder,
    appendOnly: true,
    env: process.env,
    settings: { replicaof: `127.0.0.1 ${primary.port}`, masterauth: primary.password },
    log: { info: () => undefined, warn: () => undefined },
  });
  const linked = async (): Promise<boolean> =>
    String(await redisDo(server.url, 'INFO', 'replication')).includes('master_link_status:up');
  await until(linked, { what: 'the replica in step' });
  return {
    place: { host: '127.0.0.1', port: server.port },
    /** From now on it hears nothing more. */
    fallBehind: () => redisDo(server.url, 'REPLICAOF', '127.0.0.1', '1'),
    promote: () => redisDo(server.url, 'REPLICAOF', 'NO', 'ONE'),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
