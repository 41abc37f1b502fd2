import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { startChild } from '../children.ts';
import { createGenerator } from '../generate.ts';
import { percentiles, type Lags } from '../percentiles.ts';
import { startProduct } from '../product-path.ts';
import { usageTable } from '../report.ts';
import type { Servers } from '../servers.ts';
import { keySecret, startGateway } from '../services.ts';
import { createUsageMeter } from '../usage.ts';
import { postAll, send, type Post } from './post-all.ts';

const clients = 16;
const batchSize = 100;
const loneRecords = 300;
const warmUp = 0.1;
/** Of so many lone records one is followed until it is folded. */
const foldedEvery = 10;

async function untilFolded(start: number, isFolded: () => Promise<boolean>): Promise<number> {
  while (!(await isFolded())) await delay(5);
  return performance.now() - start;
}

/** Numbered bodies, one producer a client, as an SDK sends them. */
function bodies(records: number, seed: number, key: string): Post[] {
  const generator = createGenerator({ seed, team_id: 'bench' });
  return Array.from({ length: Math.ceil(records / batchSize) }, (_, index) => {
    const { records: made } = generator.next(batchSize);
    const producer_id = `client-${index % clients}`;
    const seq = Math.floor(index / clients) + 1;
    return { path: '/api/v1/telemetry', key, body: JSON.stringify({ producer_id, seq, records: made }) };
  });
}

async function bareRate(posts: readonly Post[]): Promise<number> {
  let port = 0;
  const child = await startChild(new URL('bare-door.ts', import.meta.url), {
    onMessage: (message) => {
      if (message['type'] === 'listening') port = Number(message['port']);
    },
  });
  const seconds = await postAll(`http://127.0.0.1:${port}`, posts, clients);
  await child.stop();
  return (posts.length * batchSize) / seconds;
}

/** One record at a time on an idle system: from the POST until a read of its agent shows it, and until it is folded. */
async function loneLags(
  { url, key }: { url: string; key: string },
  isFolded: () => Promise<boolean>,
): Promise<{ readable: Lags; folded: Lags }> {
  const agent = new Agent({ keepAlive: true });
  const lags: number[] = [];
  const foldLags: number[] = [];
  for (let index = 0; index < loneRecords; index += 1) {
    const message = randomUUID();
    const record = { kind: 'log_entry', agent_id: 'lone', level: 'info', source: 'stdout', message };
    const start = performance.now();
    await send(agent, url, { path: '/api/v1/telemetry', key, body: JSON.stringify({ records: [record] }) });
    for (;;) {
      const { text } = await send(agent, url, { path: '/api/v1/agents/lone/telemetry?logs=1', key, body: '' }, 'GET');
      if (text.includes(message)) break;
    }
    // The first ones warm programs and caches.
    const readable = performance.now() - start;
    // Nobody waits for each fold: a few tell how long it takes, and the others come as records do.
    const foldedMs = index % foldedEvery === 0 ? await untilFolded(start, isFolded) : null;
    if (index < loneRecords * warmUp) continue;
    lags.push(readable);
    if (foldedMs !== null) foldLags.push(foldedMs);
  }
  agent.destroy();
  return { readable: percentiles(lags), folded: percentiles(foldLags) };
}

/** Ingest over HTTP: 16 clients with batches of 100, beside a bare door, and a lone record until it can be read. */
export async function measureHttp(servers: Servers, options: { records: number; seed: number }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-relay-'));
  await using product = await startProduct(servers, { database: 'http', collectors: 1 });
  const gateway = await startGateway({ ...product.env, TELLTALE_DATA_DIR: folder, TELLTALE_TEAM_RATE: 'off' });
  try {
    await using database = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'telltale-bench' });
    const principal = { kind: 'service', id: 'bench' } as const;
    const wanted = { teamId: 'bench', name: 'bench', principal, expiresAt: null, keySecret, actor: 'user:bench' };
    const { key } = await createKey(database.kysely, { ...wanted, scopes: ['ingest', 'read'] });
    const posts = bodies(options.records, options.seed, key);
    const bare = await bareRate(posts);
    const lone = await loneLags({ url: gateway.url, key }, async () => {
      const { stored, folded } = await product.ledger();
      return folded >= stored;
    });
    const { stored: before } = await product.ledger();
    using meter = createUsageMeter();
    meter.watch('gateway', gateway.child.pid);
    for (const { pid } of product.collectors) meter.watch('collector', pid);
    meter.watch('aggregator', product.aggregator.pid);
    meter.watch('postgres', servers.postgresPid, { tree: true });
    meter.watch('redis', servers.redisPid);
    meter.watch('clients', process.pid);
    meter.mark();
    const taken = (posts.length * batchSize) / (await postAll(gateway.url, posts, clients));
    await product.waitFor('stored', before + posts.length);
    const rate = (records: number): string => Math.round(records).toLocaleString('en-US');
    const ms = (value: number): string => value.toFixed(1);
    return [
      usageTable(meter.read()),
      `HTTP, ${clients} clients, batches of ${batchSize}: ${rate(taken)} records/s taken in, each on disk and in the stream`,
      `bare door (parse, write, one fsync for all that waits): ${rate(bare)} records/s; ratio ${(taken / bare).toFixed(2)}`,
      `lone record, POST → readable: p50 ${ms(lone.readable.p50)} ms, p99 ${ms(lone.readable.p99)} ms (${loneRecords} records)`,
      `lone record, POST → folded: p50 ${ms(lone.folded.p50)} ms, p99 ${ms(lone.folded.p99)} ms (each tenth)`,
    ].join('\n');
  } finally {
    await gateway.child.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
