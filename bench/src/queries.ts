import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRedis } from '@telltale/embedded/redis/start';
import { createOperatorKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { askAll, type Asker } from './queries/ask-all.ts';
import { awaitRest } from './queries/await-rest.ts';
import { fillStore, tidyStore } from './queries/fill-store.ts';
import { findKnown } from './queries/find-known.ts';
import { questions } from './queries/questions.ts';
import { readPages } from './queries/read-pages.ts';
import { reportQuestions } from './queries/report-questions.ts';
import { quiet, startServers } from './servers.ts';
import { keySecret, serviceEnvironment, startGateway } from './services.ts';

/**
 * How long the questions about metrics take over HTTP on a store of two sizes, one question at a time, and how much longer
 * on the larger: `npm run bench:queries -- [--records 1000000] [--against 100000] [--turns 20] [--only word] [--keep folder]`.
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    against: { type: 'string', default: '100000' },
    turns: { type: 'string', default: '20' },
    /** Only questions whose name has this. */
    only: { type: 'string', default: '' },
    /** Where the stores stay, to be asked again. */
    keep: { type: 'string' },
  },
});
/** The same twice is asked once. */
const sizes = [...new Set([Number(values.against), Number(values.records)])];
const asked = questions.filter(({ name }) => name.includes(values.only));
const say = (text: string): void => console.log(text);

/** A store that can be filled again need not outlive a crash. Asked are servers with the product's own settings. */
const fillSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '20GB',
  checkpoint_timeout: '30min',
  shared_buffers: '1GB',
  maintenance_work_mem: '256MB',
  temp_buffers: '256MB',
};

await using stays = new AsyncDisposableStack();
const keep = values.keep ?? (await mkdtemp(join(tmpdir(), 'telltale-bench-')));
if (values.keep === undefined) stays.defer(() => rm(keep, { recursive: true, force: true }));
{
  await using servers = await startServers({ keep, settings: fillSettings });
  for (const size of sizes) {
    await servers.fillDatabase(`queries_${size}`, async (url) => {
      say(`${size} records stored and folded in ${((await fillStore(url, size, say)) / 1000).toFixed(0)} s`);
    });
    // Of a kept store, also days that have ended since.
    const { url } = await servers.openDatabase(`queries_${size}`);
    const { rows, ms } = await tidyStore(url);
    if (rows > 0) say(`${rows} rows of ${size} records put in order in ${(ms / 1000).toFixed(0)} s`);
  }
}

const servers = stays.use(await startServers({ keep }));
const stores: Asker[] = [];
for (const size of sizes) {
  const { url } = await servers.openDatabase(`queries_${size}`);
  const database = stays.use(createDatabase({ url, max: 1, applicationName: 'bench' }));
  const { key } = await createOperatorKey(database.kysely, { keySecret, name: 'bench' });
  // Its own folder, which goes with it: what gateways before it left would be looked at by it each second.
  const dataFolder = await mkdtemp(join(tmpdir(), 'telltale-bench-'));
  stays.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const redis = await startRedis({ dataDir: join(dataFolder, 'redis'), appendOnly: true, log: quiet });
  stays.defer(() => redis.stop());
  const settings = { ...serviceEnvironment(url, redis.url), TELLTALE_DATA_DIR: dataFolder };
  const gateway = await startGateway(settings);
  stays.defer(() => gateway.child.stop());
  stores.push({ size, url: gateway.url, key, pid: gateway.child.pid, known: await findKnown(database.pool) });
  say(`${size} records: ${((await readPages(database.pool)) / 1e9).toFixed(1)} GB read`);
  await awaitRest(database.pool);
}

const { text, held } = reportQuestions(
  asked,
  await askAll(asked, { stores, postgresPid: servers.postgresPid, turns: Number(values.turns) }),
);
say(text);
if (!held) process.exitCode = 1;
