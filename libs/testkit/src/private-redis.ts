import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@telltale/embedded/redis/start';

/** A redis-server of the test's own: it may be killed, wiped, paused or filled. */
export async function startPrivateRedis(settings: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-redis-'));
  const start = (port?: number) =>
    startRedis({
      dataDir: folder,
      appendOnly: true,
      env: process.env,
      settings,
      log: { info: () => {}, warn: () => {} },
      ...(port === undefined ? {} : { port }),
    });
  let server = await start();
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    /** Holds its append-only files and its password. */
    folder,
    get pid() {
      return server.pid;
    },
    /** SIGKILL; data stay. */
    kill(): void {
      process.kill(server.pid, 'SIGKILL');
    },
    /** Starts it again on the same port and folder, after `kill`. */
    async restart(): Promise<void> {
      // A killed process is there until the kernel has taken it down, and a folder has one server.
      await server.exited;
      server = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
