import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { migrate } from '@telltale/store/migrate';
import { until } from '@telltale/testkit/until';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';

const exec = promisify(execFile);
const quiet = { info: () => undefined, warn: () => undefined };
const megabytes = 220;

/** A file system that is full soon. Where mounting is refused the scenario fails and says what it needs. */
async function mountSmall(things: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-small-'));
  things.defer(() => rm(folder, { recursive: true, force: true }));
  try {
    await exec('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder]);
  } catch (cause) {
    const remedy = 'run the suite as root, in a container with CAP_SYS_ADMIN, or leave this scenario out with --only';
    throw new Error(`a small tmpfs cannot be mounted here: ${remedy}`, { cause });
  }
  things.defer(async () => void (await exec('umount', ['-l', folder])));
  return folder;
}

type Server = Awaited<ReturnType<typeof startPostgres>>;
type FullDisk = { folder: string; server: () => Server; restart: () => Promise<void> };

/** PostgreSQL on a disk that fills up while records come in: it stops, nobody loses anything, and with room it goes on. */
export function createPostgresDiskFull(): Scenario {
  let disk: FullDisk | undefined;
  return {
    name: 'postgres-disk-full',
    what: `PostgreSQL's disk (a tmpfs of ${megabytes} MB) runs full during a burst; after 6 s there is room again`,
    stage: { proxied: ['postgres'] },
    async prepare(things) {
      const folder = await mountSmall(things);
      const start = (port?: number): Promise<Server> =>
        startPostgres({
          dataDir: folder,
          settings: { max_wal_size: '64MB', min_wal_size: '32MB' },
          log: quiet,
          ...(port === undefined ? {} : { port }),
        });
      let server = await start();
      things.defer(() => server.stop());
      await migrate({ url: server.url });
      const { port } = server;
      disk = {
        folder,
        server: () => server,
        async restart() {
          server = await start(port);
        },
      };
      return { databaseUrl: server.url };
    },
    async play(play) {
      if (disk === undefined) throw new Error('no disk was prepared');
      await fill(play, disk);
    },
  };
}

async function fill(play: Play, { folder, server, restart }: FullDisk): Promise<void> {
  const load = await play.recorder({ via: 'stream', rate: 3_000 });
  await play.pause(1_500);
  const ballast = join(folder, 'ballast');
  // All that is left but a little: the next segment of the write-ahead log does not fit.
  const { stdout } = await exec('df', ['--output=avail', '-B1', folder]);
  const free = Number(stdout.split('\n')[1]);
  await writeFile(ballast, Buffer.alloc(Math.max(0, free - 256 * 1024)));
  const full = async (): Promise<boolean> => {
    const { stdout: left } = await exec('df', ['--output=avail', '-B1', folder]);
    return Number(left.split('\n')[1]) < 128 * 1024;
  };
  const ended = server().exited.then(() => true);
  await until(async () => (await Promise.race([ended, Promise.resolve(false)])) || full(), {
    timeoutMs: 60_000,
    what: 'a full disk',
  });
  play.hit('disk full');
  await play.pause(6_000);
  await rm(ballast);
  // A server that could not write its log has stopped itself; with room it is started as an operator would.
  if (await Promise.race([ended, Promise.resolve(false)])) {
    play.hit('PostgreSQL stopped itself');
    await restart();
  }
  await play.recovered();
  load.finish();
  await load.done;
}
