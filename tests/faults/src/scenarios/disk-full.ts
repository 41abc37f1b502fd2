import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { migrate } from '@telltale/store/migrate';
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

const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOSPC';

/** Takes every free block, however much PostgreSQL takes meanwhile: large pieces first, then single pages. */
async function takeAll(ballast: string): Promise<void> {
  const file = await open(ballast, 'a');
  try {
    for (const bytes of [1024 * 1024, 4096]) {
      const piece = Buffer.alloc(bytes);
      for (let written = true; written;) {
        written = await file.write(piece).then(
          () => true,
          (error: unknown) => {
            if (!isFull(error)) throw error;
            return false;
          },
        );
      }
    }
  } finally {
    await file.close();
  }
}

async function fill(play: Play, { folder, server, restart }: FullDisk): Promise<void> {
  const load = await play.recorder({ via: 'stream', rate: 3_000 });
  await play.pause(1_500);
  const ballast = join(folder, 'ballast');
  const ended = server().exited.then(() => true);
  const hasEnded = (): Promise<boolean> => Promise.race([ended, Promise.resolve(false)]);
  // Files that PostgreSQL removes, such as old segments of its log, make room again: that is taken too.
  for (let round = 0; round < 12; round += 1) {
    await takeAll(ballast);
    const { bfree } = await statfs(folder);
    if (bfree === 0) play.hit('disk full');
    await play.pause(500);
  }
  const full = play.hits().get('disk full') ?? 0;
  if (full === 0) play.problem('the disk was never full');
  await rm(ballast);
  // A server that could not write its log has stopped itself; with room it is started as an operator would.
  if (await hasEnded()) {
    play.hit('PostgreSQL stopped itself');
    await restart();
  }
  await play.recovered();
  load.finish();
  await load.done;
}
