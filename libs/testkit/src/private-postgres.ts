import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { migrate } from '@telltale/store/migrate';

/** A PostgreSQL server of the test's own, migrated: it may be killed and restarted on the same port. */
export async function startPrivatePostgres(settings: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-postgres-'));
  const start = (port?: number) =>
    startPostgres({
      dataDir: join(folder, 'postgres'),
      settings,
      log: { info: () => {}, warn: () => {} },
      ...(port === undefined ? {} : { port }),
    });
  let server = await start();
  const port = Number(new URL(server.url).port);
  await migrate({ url: server.url });
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    kill(): void {
      process.kill(server.pid, 'SIGKILL');
    },
    /** What `pg_ctl stop -m immediate` does: no checkpoint, every backend ends at once; resolves when it is gone. */
    async stopImmediately(): Promise<void> {
      process.kill(server.pid, 'SIGQUIT');
      await server.exited;
    },
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
